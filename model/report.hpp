// Results as text tables and JSON.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "model_file.hpp"
#include "signals.hpp"
#include "stability.hpp"
#include "training.hpp"

namespace wuxing {

/// Versions of program, contract and model file.
nlohmann::json versions_json();

/// Images, accuracy, rate, per class and confusion matrix ([label][class]).
nlohmann::json evaluation_json(const Evaluation& evaluation);

/// One line a class: images, right, share.
std::string per_class_table(const Evaluation& evaluation);

/// Labels down, given classes across.
std::string confusion_table(const Evaluation& evaluation);

/// Model and double-precision twin: accuracies and quantisation error, rms and greatest, in LSB.
nlohmann::json comparison_json(const TwinComparison& comparison);
std::string comparison_table(const TwinComparison& comparison);

/// An entry a layer: share of live neurons, rms of y, and of e and b[0] of the live ones.
nlohmann::json signals_json(const std::vector<LayerSignals>& layers);
std::string signals_table(const std::vector<LayerSignals>& layers);

/// How many neurons stand beyond the oscillation threshold, all layers together; and as one line.
nlohmann::json stability_json(const StabilityReport& report);
std::string stability_line(const StabilityReport& report);

/// What a model file holds; `file_size` and `crc` are the file's own.
nlohmann::json model_json(const StoredModel& model, std::size_t file_size, std::uint32_t crc);
std::string model_table(const nlohmann::json& model);

/// A result that one of the commands has written. Throws FileError for a file that cannot be read or is no JSON object.
nlohmann::json read_result(const std::string& path);

/// One table of the results in JSON files of `wuxing train`, `wuxing eval` and `wuxing-cosim`: a column a file, a row a
/// quantity; "-" where a file does not have it. Without rates, two runs of the same commands give the same table.
/// Throws FileError as read_result.
std::string results_table(const std::vector<std::string>& paths, bool with_rates);

/// Writes JSON atomically (files.hpp), or to standard output for the name "-".
void write_json(const std::string& path, const nlohmann::json& json);

}  // namespace wuxing
