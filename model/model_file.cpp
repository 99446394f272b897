#include "model_file.hpp"

#include <fmt/core.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "files.hpp"

namespace wuxing {
namespace {

constexpr std::array<std::uint8_t, 8> kMagic{'W', 'U', 'X', 'M', 'O', 'D', 'E', 'L'};
constexpr std::size_t kVersions = 12;     // up to and including the versions, the same in every version
constexpr std::size_t kFixedHeader = 40;  // up to the sizes
constexpr std::size_t kCrcSize = 4;
constexpr int kMaxSizes = 256;  // a layer's number has 8 bits in the event records

class Writer {
public:
    template <typename T>
    void put(T value, int size) {
        for (int k = 0; k < size; ++k) bytes.push_back(static_cast<std::uint8_t>(value >> (8 * k)));
    }
    void put_signed(std::int16_t value) { put(static_cast<std::uint16_t>(value), 2); }
    std::vector<std::uint8_t> bytes;
};

class Reader {
public:
    Reader(const std::vector<std::uint8_t>& bytes, std::size_t at) : bytes_(bytes), at_(at) {}
    std::uint64_t get(int size) {
        std::uint64_t value = 0;
        for (int k = 0; k < size; ++k) value |= static_cast<std::uint64_t>(bytes_[at_++]) << (8 * k);
        return value;
    }
    std::uint16_t get16() { return static_cast<std::uint16_t>(get(2)); }
    std::uint32_t get32() { return static_cast<std::uint32_t>(get(4)); }
    std::int16_t get_signed8() { return static_cast<std::int8_t>(get(1)); }
    std::int16_t get_signed() { return static_cast<std::int16_t>(get16()); }

private:
    const std::vector<std::uint8_t>& bytes_;
    std::size_t at_;
};

std::uint32_t crc_of(const std::vector<std::uint8_t>& bytes, std::size_t size) {
    return static_cast<std::uint32_t>(crc32_z(crc32_z(0, nullptr, 0), bytes.data(), size));
}

/// What comes before the layers.
struct Header {
    NetworkConfig config;
    TrainingHistory history;
    std::uint32_t random_state = 0;
    std::size_t size = 0;         ///< of the header
    std::uint64_t file_size = 0;  ///< that the sizes of the layers ask for
};

constexpr std::uint64_t kConnectionSize = 6;  // key and shift of recomputed connections

int weight_bytes(const NetworkConfig& config) {
    return config.weight_bits == 8 ? 1 : 2;
}

constexpr const char* kAgain = "copy it again or train anew";

FileError refusal(const std::string& name, const std::string& why) {
    return FileError(name + ": " + why);
}

/// Bytes of a layer.
std::uint64_t layer_size(const NetworkConfig& config, std::uint64_t inputs, std::uint64_t neurons) {
    const std::uint64_t weights = inputs * neurons * static_cast<std::uint64_t>(weight_bytes(config));
    return neurons * 3 * 2 * kParameters + (config.recomputed ? kConnectionSize : weights);
}

/// `bytes` may end anywhere behind the header.
Header decode_header(const std::vector<std::uint8_t>& bytes, const std::string& name) {
    if (bytes.size() < kMagic.size() || !std::equal(kMagic.begin(), kMagic.end(), bytes.begin())) {
        throw refusal(name, "not a Wuxing model file (wuxing train --out makes one)");
    }
    const auto need = [&](std::size_t size) {
        if (bytes.size() >= size) return;
        throw refusal(name, fmt::format("truncated model file ({} bytes); {}", bytes.size(), kAgain));
    };
    need(kVersions);
    Reader in(bytes, kMagic.size());
    const int version = in.get16(), contract = in.get16();
    if (version != kModelFileVersion || contract != kContractVersion) {
        throw refusal(
            name, fmt::format("model file version {} for contract {}; this program reads version {} for contract {}: "
                              "use the release that wrote it, or train anew",
                              version, contract, kModelFileVersion, kContractVersion));
    }
    need(kFixedHeader);
    Header header;
    NetworkConfig& config = header.config;
    config.steps = in.get16();
    const int size_count = in.get16();
    config.target_on = in.get_signed();
    config.target_off = in.get_signed();
    header.random_state = in.get32();
    header.history.samples = in.get(8);
    header.history.epochs = in.get32();
    config.weight_bits = in.get16();
    const int rounding = static_cast<int>(in.get(1)), recomputed = static_cast<int>(in.get(1));
    if (rounding > 1 || recomputed > 1) {
        throw refusal(name, fmt::format("damaged model file: rounding {}, recomputed {}; {}", rounding, recomputed, kAgain));
    }
    config.rounding = rounding == 0 ? Rounding::stochastic : Rounding::nearest;
    config.recomputed = recomputed == 1;
    if (size_count < 2 || size_count > kMaxSizes) {
        throw refusal(name, fmt::format("damaged model file: {} layer sizes; {}", size_count, kAgain));
    }
    header.size = kFixedHeader + 4 * static_cast<std::size_t>(size_count);
    need(header.size);
    config.sizes.clear();
    header.file_size = header.size + kCrcSize;
    for (int k = 0; k < size_count; ++k) {
        const std::uint32_t size = in.get32();
        if (size < 1 || size > 65535) {
            throw refusal(name, fmt::format("damaged model file: a layer of size {}; {}", size, kAgain));
        }
        if (k > 0) {
            header.file_size += layer_size(config, static_cast<std::uint64_t>(config.sizes.back()), size);
        }
        config.sizes.push_back(static_cast<int>(size));
    }
    return header;
}

}  // namespace

std::vector<std::uint8_t> encode_model(const Network& network, const TrainingHistory& history) {
    const NetworkConfig& config = network.config();
    Writer out;
    out.bytes.assign(kMagic.begin(), kMagic.end());
    out.put(static_cast<std::uint16_t>(kModelFileVersion), 2);
    out.put(static_cast<std::uint16_t>(kContractVersion), 2);
    out.put(static_cast<std::uint16_t>(config.steps), 2);
    out.put(static_cast<std::uint16_t>(config.sizes.size()), 2);
    out.put_signed(config.target_on);
    out.put_signed(config.target_off);
    out.put(network.random_state(), 4);
    out.put(history.samples, 8);
    out.put(history.epochs, 4);
    out.put(static_cast<std::uint16_t>(config.weight_bits), 2);
    out.put(static_cast<std::uint8_t>(config.rounding), 1);
    out.put(static_cast<std::uint8_t>(config.recomputed), 1);
    for (const int size : config.sizes) out.put(static_cast<std::uint32_t>(size), 4);
    for (int layer = 0; layer < network.layers(); ++layer) {
        const auto put_parameters = [&](auto value_of) {
            for (int j = 0; j < network.outputs(layer); ++j) {
                for (int k = 0; k < kParameters; ++k) out.put_signed(value_of(j, k));
            }
        };
        put_parameters([&](int j, int k) { return network.parameter(layer, j, k); });
        put_parameters([&](int j, int k) { return network.integral(layer, j, k); });
        put_parameters([&](int j, int k) { return network.last_g1(layer, j, k); });
        if (config.recomputed) {
            out.put(network.connection_key(layer), 4);
            out.put(static_cast<std::uint16_t>(network.connection_scale(layer)), 2);
            continue;
        }
        for (int i = 0; i < network.inputs(layer); ++i) {
            for (int j = 0; j < network.outputs(layer); ++j) {
                out.put(static_cast<std::uint16_t>(network.weight(layer, i, j)), weight_bytes(config));
            }
        }
    }
    out.put(crc_of(out.bytes, out.bytes.size()), 4);
    return std::move(out.bytes);
}

StoredModel decode_model(const std::vector<std::uint8_t>& bytes, const std::string& name) {
    // What it is and how long it has to be; nothing is allocated before the length is known to be right.
    const Header header = decode_header(bytes, name);
    if (bytes.size() < header.file_size) {
        throw refusal(name, fmt::format("truncated model file: its layers need {} bytes, it has {}; {}",
                                        header.file_size, bytes.size(), kAgain));
    }
    if (bytes.size() > header.file_size) {
        throw refusal(name, fmt::format("too long a model file: its layers need {} bytes, it has more; {}",
                                        header.file_size, kAgain));
    }
    const std::uint32_t stored = model_crc(bytes), computed = crc_of(bytes, bytes.size() - kCrcSize);
    if (stored != computed) {
        throw refusal(name, fmt::format("damaged model file: its checksum is 0x{:08x}, its content has 0x{:08x}; {}",
                                        stored, computed, kAgain));
    }

    // Intact as written; but it may have been written by something else.
    Reader in(bytes, header.size);
    try {
        StoredModel model{Network(header.config), header.history};
        model.network.set_random_state(header.random_state);
        for (int layer = 0; layer < model.network.layers(); ++layer) {
            const auto parameters = [&](auto take) {
                for (int j = 0; j < model.network.outputs(layer); ++j) {
                    for (int k = 0; k < kParameters; ++k) take(j, k, in.get_signed());
                }
            };
            parameters([&](int j, int k, std::int16_t v) { model.network.set_parameter(layer, j, k, v); });
            parameters([&](int j, int k, std::int16_t v) { model.network.set_controller(layer, j, k, v, 0); });
            parameters([&](int j, int k, std::int16_t v) {
                model.network.set_controller(layer, j, k, model.network.integral(layer, j, k), v);
            });
            if (header.config.recomputed) {
                const std::uint32_t key = in.get32();
                model.network.set_connection(layer, key, in.get16());
                continue;
            }
            for (int i = 0; i < model.network.inputs(layer); ++i) {
                for (int j = 0; j < model.network.outputs(layer); ++j) {
                    model.network.set_weight(layer, i, j, weight_bytes(header.config) == 1 ? in.get_signed8() : in.get_signed());
                }
            }
        }
        return model;
    } catch (const std::invalid_argument& error) {
        throw refusal(name, fmt::format("impossible content in a model file: {}; {}", error.what(), kAgain));
    }
}

std::uint32_t model_crc(const std::vector<std::uint8_t>& bytes) {
    return Reader(bytes, bytes.size() - kCrcSize).get32();
}

void save_model(const std::string& path, const Network& network, const TrainingHistory& history) {
    const std::vector<std::uint8_t> bytes = encode_model(network, history);
    write_file_atomically(path, bytes.data(), bytes.size());
}

std::vector<std::uint8_t> read_model(const std::string& path) {
    FileReader file(path, FileReader::Content::plain);
    std::vector<std::uint8_t> bytes;
    file.read_up_to(bytes, kFixedHeader + 4 * kMaxSizes);
    file.read_up_to(bytes, decode_header(bytes, path).file_size + 1);
    return bytes;
}

StoredModel load_model(const std::string& path) {
    return decode_model(read_model(path), path);
}

}  // namespace wuxing
