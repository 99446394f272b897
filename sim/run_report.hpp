// What a run came to, as a table and as JSON.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "options.hpp"
#include "session.hpp"

namespace wuxing::sim {

std::string summary(const Options& options, const SessionResult& result);
/// What diverged after the first divergence: a line each, then how far the run came.
std::string further_report(const Options& options, const SessionResult& result);
nlohmann::ordered_json result_json(const Options& options, const SessionResult& result);

}  // namespace wuxing::sim
