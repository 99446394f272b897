#include "dataset.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <utility>

namespace wuxing {
namespace {

namespace fs = std::filesystem;

// IDX: 0, 0, element type (8 = unsigned byte), number of dimensions; then the dimensions, 32 bits big endian.
constexpr std::uint32_t kImageMagic = 0x00000803;
constexpr std::uint32_t kLabelMagic = 0x00000801;
constexpr std::uint64_t kMaxPixels = 65535;      // an input index has 16 bits
constexpr std::uint64_t kMaxCount = 0x7FFFFFFF;  // images are counted in int
constexpr std::uint64_t kMaxBytes = 1u << 30;    // a file, unpacked: more is a mistake, or malice
constexpr const char* kAgain = "fetch or copy the file again";

std::uint32_t big_endian(const std::vector<std::uint8_t>& bytes, std::size_t at) {
    return static_cast<std::uint32_t>(bytes[at]) << 24 | static_cast<std::uint32_t>(bytes[at + 1]) << 16 |
           static_cast<std::uint32_t>(bytes[at + 2]) << 8 | static_cast<std::uint32_t>(bytes[at + 3]);
}

struct IdxFile {
    std::vector<std::uint32_t> sizes;  ///< dimensions
    std::vector<std::uint8_t> bytes;   ///< elements
};

/// An IDX file of unsigned bytes; its magic and dimensions are checked before the rest is read.
IdxFile read_idx(const std::string& path, std::uint32_t wanted) {
    const bool images = wanted == kImageMagic;
    const char* kind = images ? "image" : "label";
    const std::size_t dimensions = wanted & 0xFF, header = 4 + 4 * dimensions;
    FileReader file(path, FileReader::Content::maybe_gzip);
    IdxFile idx;
    std::vector<std::uint8_t>& bytes = idx.bytes;
    file.read_up_to(bytes, header);
    if (bytes.size() < 4) {
        throw FileError(
            fmt::format("{}: cut short: {} bytes are no IDX {} file; {}", path, bytes.size(), kind, kAgain));
    }
    const std::uint32_t magic = big_endian(bytes, 0);
    if (magic == (images ? kLabelMagic : kImageMagic)) {
        throw FileError(fmt::format("{}: holds {}, where {} are wanted: image and label file are swapped", path,
                                    images ? "labels" : "images", images ? "images" : "labels"));
    }
    if (magic != wanted) {
        throw FileError(fmt::format("{}: no IDX {} file: it starts with 0x{:08x}, not 0x{:08x}; check the file", path,
                                    kind, magic, wanted));
    }
    if (bytes.size() < header) {
        throw FileError(fmt::format("{}: cut short in its header, after {} bytes; {}", path, bytes.size(), kAgain));
    }
    for (std::size_t d = 0; d < dimensions; ++d) idx.sizes.push_back(big_endian(bytes, 4 + 4 * d));

    const std::vector<std::uint32_t>& sizes = idx.sizes;
    const std::uint64_t count = sizes[0];
    if (count == 0 || count > kMaxCount) {
        throw FileError(fmt::format("{}: says it holds {} {}s; check the file", path, count, kind));
    }
    std::uint64_t each = 1;
    if (images) {
        each = std::uint64_t{sizes[1]} * sizes[2];
        if (sizes[1] > kMaxPixels || sizes[2] > kMaxPixels || each == 0 || each > kMaxPixels) {
            throw FileError(fmt::format("{}: images of {} x {} pixels; 1 to {} pixels are possible", path, sizes[1],
                                        sizes[2], kMaxPixels));
        }
    }
    if (count * each > kMaxBytes) {
        throw FileError(fmt::format("{}: says it holds {} {}s, {} bytes; {} are possible", path, count, kind,
                                    count * each, kMaxBytes));
    }
    const std::uint64_t expected = header + count * each;
    file.read_up_to(bytes, expected + 1);
    if (bytes.size() < expected) {
        throw FileError(fmt::format("{}: cut short: {} {}s need {} bytes, there are {}; {}", path, count, kind,
                                    expected, bytes.size(), kAgain));
    }
    if (bytes.size() > expected) {
        throw FileError(
            fmt::format("{}: too long: {} {}s need {} bytes, there are more; {}", path, count, kind, expected, kAgain));
    }
    bytes.erase(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(header));
    return idx;
}

/// The names under which a file of a data set is found in the world; the first that is there counts.
std::vector<fs::path> possible_files(const fs::path& folder, const std::string& stem, const std::string& kind) {
    std::vector<fs::path> paths;
    for (const char* separator : {"-", "."}) {
        for (const char* ending : {"", ".gz"}) paths.push_back(folder / (stem + separator + kind + ending));
    }
    return paths;
}

std::string find_file(const fs::path& folder, const std::string& stem, const std::string& kind) {
    for (const fs::path& path : possible_files(folder, stem, kind)) {
        std::error_code error;
        if (fs::exists(path, error)) return path.string();
    }
    throw FileError(fmt::format(
        "{}: not found, nor with .gz; run tools/fetch_data.sh mnist, or name the folder of the four files with "
        "--data DIR",
        (folder / (stem + "-" + kind)).string()));
}

ImageSet load_part(const fs::path& folder, const std::string& part) {
    const std::string images = find_file(folder, part + "-images", "idx3-ubyte");
    const std::string labels = find_file(folder, part + "-labels", "idx1-ubyte");
    return read_images(images, labels);
}

std::string variable(const char* name) {
    const char* value = std::getenv(name);
    return value != nullptr ? value : "";
}

/// Where tools/fetch_data.sh puts data sets.
std::string cache_directory() {
    const std::string cache = variable("XDG_CACHE_HOME");
    return (cache.empty() ? variable("HOME") + "/.cache" : cache) + "/wuxing";
}

}  // namespace

void ImageSet::keep_first(int limit) {
    if (limit <= 0 || limit >= count()) return;
    labels.resize(static_cast<std::size_t>(limit));
    pixels.resize(static_cast<std::size_t>(limit) * static_cast<std::size_t>(image_size()));
}

ImageSet read_images(const std::string& images_path, const std::string& labels_path) {
    IdxFile images = read_idx(images_path, kImageMagic), labels = read_idx(labels_path, kLabelMagic);
    if (labels.sizes[0] != images.sizes[0]) {
        throw FileError(fmt::format("{}: {} labels for the {} images of {}: the files do not belong together",
                                    labels_path, labels.sizes[0], images.sizes[0], images_path));
    }
    ImageSet set;
    set.rows = static_cast<int>(images.sizes[1]);
    set.columns = static_cast<int>(images.sizes[2]);
    set.pixels = std::move(images.bytes);
    set.labels = std::move(labels.bytes);
    return set;
}

std::string dataset_folder(const std::string& name) {
    std::error_code error;
    const bool known = name == "mnist" || name == "fashion-mnist";
    return known && !fs::is_directory(name, error) ? cache_directory() + "/" + name : name;
}

std::vector<NamedFile> dataset_files(const std::string& option, const std::string& name) {
    std::vector<NamedFile> files;
    for (const char* part : {"train", "t10k"}) {
        for (const auto& [stem, kind] : {std::pair{"-images", "idx3-ubyte"}, {"-labels", "idx1-ubyte"}}) {
            for (const fs::path& path : possible_files(dataset_folder(name), std::string(part) + stem, kind))
                files.push_back({option, path.string()});
        }
    }
    return files;
}

Dataset load_dataset(const std::string& name, DatasetPart part) {
    std::error_code error;
    const std::string directory = dataset_folder(name);
    if (!fs::is_directory(directory, error)) {
        const bool fashion = fs::path(directory).filename() == "fashion-mnist";
        throw FileError(
            fmt::format("{}: no such folder; run tools/fetch_data.sh {}, or name the folder of the four {}MNIST files "
                        "with --data DIR",
                        directory.empty() ? "(no name)" : directory, fashion ? "fashion" : "mnist",
                        fashion ? "Fashion-" : ""));
    }
    Dataset data;
    if (part != DatasetPart::test_only) data.train = load_part(directory, "train");
    if (part != DatasetPart::train_only) data.test = load_part(directory, "t10k");
    if (part == DatasetPart::both && (data.train.rows != data.test.rows || data.train.columns != data.test.columns)) {
        throw FileError(
            fmt::format("{}: training images of {} x {} pixels but test images of {} x {}: the files do not "
                        "belong together",
                        directory, data.train.rows, data.train.columns, data.test.rows, data.test.columns));
    }
    for (const ImageSet* set : {&data.train, &data.test}) {
        if (set->count() == 0) continue;
        data.classes = std::max(data.classes, *std::max_element(set->labels.begin(), set->labels.end()) + 1);
    }
    return data;
}

void check_fits(const ImageSet& set, int inputs, int outputs, const std::string& name) {
    if (set.image_size() != inputs) {
        throw FileError(fmt::format("{}: images of {} x {} = {} pixels do not fit a network with {} inputs", name,
                                    set.rows, set.columns, set.image_size(), inputs));
    }
    for (int i = 0; i < set.count(); ++i) {
        const int label = set.labels[static_cast<std::size_t>(i)];
        if (label >= outputs) {
            throw FileError(fmt::format("{}: label {} of image {} is no output of a network with {} outputs (0 to {})",
                                        name, label, i, outputs, outputs - 1));
        }
    }
}

std::string default_data_directory() {
    if (const std::string data = variable("WUXING_DATA"); !data.empty()) return data;
    return cache_directory() + "/mnist";
}

}  // namespace wuxing
