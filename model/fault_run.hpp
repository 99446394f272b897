// A network in the field: a stream of images, faults that strike it, and, if asked for, learning that goes on.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "dataset.hpp"
#include "fault_list.hpp"
#include "faults.hpp"

namespace wuxing {

struct FaultRunOptions {
    std::optional<FaultPlan> plan;  ///< or:
    FaultList list;
    bool learn = false;
    Learning learning;                 ///< of every image
    std::uint32_t seed = 1;            ///< of the order of images that are learnt
    std::uint32_t epoch = 0;           ///< that learning goes on with
    std::uint64_t images = 0;          ///< of the stream
    std::vector<std::uint64_t> tests;  ///< ascending: a test after so many images, before the next is learnt
    int threads = 1;
};

struct FaultTest {
    std::uint64_t images;  ///< of the stream before it
    double accuracy;
};

struct FaultRunResult {
    std::uint64_t images = 0, correct = 0;  ///< of the stream; each classified before it was learnt
    std::uint64_t refused = 0;              ///< of these, malformed by a fault
    std::uint64_t learnt = 0;
    Faults faults;
    std::vector<FaultTest> tests;
    bool completed = false;

    double accuracy() const { return images > 0 ? static_cast<double>(correct) / static_cast<double>(images) : 0.0; }
};

/// Called now and then with images done and correct ones; false ends the run.
using FaultObserver = std::function<bool(std::uint64_t done, std::uint64_t correct)>;

/// Gives a network `stream`, with learning in the order of wuxing train, else as it stands, and tests it with `test`,
/// which transient faults of a plan strike as well: test n of the run with those of seed + 1 + n.
FaultRunResult run_with_faults(Network& network, const ImageSet& stream, const ImageSet& test,
                               const FaultRunOptions& options, const FaultObserver& observer = {});

}  // namespace wuxing
