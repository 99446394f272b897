// Model files: what is written is what docs/files.md says, comes back as it was, and nothing else is ever accepted.
#include <sys/resource.h>
#include <zlib.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>

#include "files.hpp"
#include "model_file.hpp"
#include "scratch.hpp"
#include "tally.hpp"

namespace wuxing::test {
namespace {

namespace fs = std::filesystem;

constexpr TrainingHistory kHistory{0x0123456789ABCDEFu, 77};

Bytes small_file() {
    return encode_model(small_network(), kHistory);
}

/// The small network with other connections, and controllers that have been at work.
Network variant(int weight_bits, bool recomputed, Rounding rounding) {
    NetworkConfig config = small_network().config();
    config.weight_bits = weight_bits;
    config.recomputed = recomputed;
    config.rounding = rounding;
    Network network(config);
    network.initialise(12);
    for (int layer = 0; layer < network.layers(); ++layer) {
        if (recomputed) network.set_connection(layer, 0x89ABCDEFu + static_cast<std::uint32_t>(layer), 15 - layer);
        for (int j = 0; j < network.outputs(layer); ++j) {
            for (int k = 0; k < kParameters; ++k) {
                const int n = 100 * layer + 17 * j + k;
                network.set_parameter(layer, j, k, static_cast<std::int16_t>(network.parameter(layer, j, k) + n));
                network.set_controller(layer, j, k, static_cast<std::int16_t>(-32768 + n),
                                       static_cast<std::int16_t>(32767 - n));
            }
        }
    }
    if (!recomputed) {
        const int limit = 1 << (weight_bits - 1);
        network.set_weight(0, 2, 1, static_cast<std::int16_t>(-limit));
        network.set_weight(1, 0, 0, static_cast<std::int16_t>(limit - 1));
    }
    return network;
}

std::vector<Network> variants() {
    std::vector<Network> all;
    for (const Rounding rounding : {Rounding::stochastic, Rounding::nearest}) {
        for (const int bits : {16, 12, 8}) all.push_back(variant(bits, false, rounding));
        all.push_back(variant(16, true, rounding));
    }
    return all;
}

/// The same bytes with a right checksum at the end.
Bytes sealed(Bytes bytes) {
    const uLong crc = crc32(0, bytes.data(), static_cast<uInt>(bytes.size() - 4));
    for (std::size_t k = 0; k < 4; ++k) bytes[bytes.size() - 4 + k] = static_cast<std::uint8_t>(crc >> (8 * k));
    return bytes;
}

void put16(Bytes& bytes, std::size_t at, int value) {
    bytes.at(at) = static_cast<std::uint8_t>(value);
    bytes.at(at + 1) = static_cast<std::uint8_t>(value >> 8);
}

std::string refusal(const Bytes& bytes) {
    return file_error([&] { decode_model(bytes, "some.wux"); });
}

/// Lets no file grow beyond `bytes` while it lives: writing fails as on a full disk.
class FileSizeLimit {
public:
    explicit FileSizeLimit(rlim_t bytes) : old_handler_(std::signal(SIGXFSZ, SIG_IGN)) {
        getrlimit(RLIMIT_FSIZE, &old_);
        rlimit limit = old_;
        limit.rlim_cur = bytes;
        setrlimit(RLIMIT_FSIZE, &limit);
    }
    ~FileSizeLimit() {
        setrlimit(RLIMIT_FSIZE, &old_);
        std::signal(SIGXFSZ, old_handler_);
    }
    FileSizeLimit(const FileSizeLimit&) = delete;
    FileSizeLimit& operator=(const FileSizeLimit&) = delete;

private:
    rlimit old_{};
    void (*old_handler_)(int);
};

}  // namespace

TEST_CASE("a model file is, byte by byte, what docs/files.md says") {
    Tally tally;
    std::vector<Network> networks = variants();
    networks.push_back(small_network());
    for (const Network& network : networks) {
        const NetworkConfig& config = network.config();
        Bytes expected;
        const auto put = [&expected](std::int64_t value, int size) {
            for (int k = 0; k < size; ++k)
                expected.push_back(static_cast<std::uint8_t>(static_cast<std::uint64_t>(value) >> (8 * k)));
        };
        for (const char c : std::string("WUXMODEL")) put(c, 1);
        put(2, 2);
        put(2, 2);
        put(5, 2);
        put(3, 2);
        put(4000, 2);
        put(-700, 2);
        put(network.random_state(), 4);
        put(0x0123456789ABCDEF, 8);
        put(77, 4);
        put(config.weight_bits, 2);
        put(config.rounding == Rounding::nearest ? 1 : 0, 1);
        put(config.recomputed ? 1 : 0, 1);
        for (const int size : {3, 2, 2}) put(size, 4);
        for (const int layer : {0, 1}) {
            for (int what = 0; what < 3; ++what) {
                for (const int j : {0, 1}) {
                    for (int k = 0; k < 15; ++k) {
                        put(what == 0   ? network.parameter(layer, j, k)
                            : what == 1 ? network.integral(layer, j, k)
                                        : network.last_g1(layer, j, k),
                            2);
                    }
                }
            }
            if (config.recomputed) {
                put(network.connection_key(layer), 4);
                put(network.connection_scale(layer), 2);
                continue;
            }
            for (int i = 0; i < (layer == 0 ? 3 : 2); ++i) {
                for (const int j : {0, 1}) put(network.weight(layer, i, j), config.weight_bits == 8 ? 1 : 2);
            }
        }
        put(crc32(0, expected.data(), static_cast<uInt>(expected.size())), 4);
        const std::size_t size = config.recomputed ? 428 : config.weight_bits == 8 ? 426 : 436;
        tally.equal(expected.size(), size, [] { return "size"; });
        tally.holds(encode_model(network, kHistory) == expected, [] { return "bytes"; });
        tally.equal(model_crc(expected), crc32(0, expected.data(), static_cast<uInt>(size - 4)), [] { return "crc"; });
    }
    tally.finish(9 * 3);
}

TEST_CASE("a model file of 784-80-10 has the size that docs/files.md says") {
    CHECK(encode_model(Network(NetworkConfig{}), {}).size() == 135196);
}

TEST_CASE("a model comes back from its file as it was") {
    const Scratch scratch;
    std::vector<Network> networks{small_network()};
    for (const std::vector<int>& sizes : {std::vector<int>{784, 80, 10}, {1, 1}, {5, 17, 3, 33, 2}}) {
        NetworkConfig config;
        config.sizes = sizes;
        networks.emplace_back(config);
        networks.back().initialise(3);
    }
    for (const Network& network : variants()) networks.push_back(network);
    int compared = 0;
    for (const Network& network : networks) {
        const std::string path = scratch.path("model.wux");
        save_model(path, network, kHistory);
        const StoredModel model = load_model(path);
        CHECK(model.network.config() == network.config());
        CHECK(model.network.same_parameters(network));
        CHECK(model.history.samples == kHistory.samples);
        CHECK(model.history.epochs == kHistory.epochs);
        CHECK(scratch.read("model.wux") == encode_model(model.network, model.history));
        CHECK(scratch.names() == std::vector<std::string>{"model.wux"});
        ++compared;
    }
    CHECK(compared == 12);
}

TEST_CASE("every changed byte of a model file is noticed, in every variant") {
    Tally tally;
    for (const Network& network : variants()) {
        const Bytes good = encode_model(network, kHistory);
        REQUIRE(refusal(good) == "(no error)");
        for (std::size_t at = 0; at < good.size(); ++at) {
            const int step = network.config().rounding == Rounding::nearest ? 1 : 25;
            for (int change = 1; change < 256; change += step) {
                Bytes bad = good;
                bad[at] = static_cast<std::uint8_t>(bad[at] ^ change);
                const std::string message = refusal(bad);
                tally.holds(message.rfind("some.wux: ", 0) == 0 && is_one_line(message),
                            [&] { return std::to_string(at) + ": " + message; });
            }
        }
    }
    tally.finish((2 * 436 + 426 + 428) * (255 + 11));
}

TEST_CASE("a model file of any other length is refused, in every variant") {
    Tally tally;
    for (const Network& network : variants()) {
        const Bytes good = encode_model(network, kHistory);
        for (std::size_t size = 0; size < good.size() + 40; ++size) {
            if (size == good.size()) continue;
            Bytes bad = good;
            bad.resize(size, 0);
            const std::string message = refusal(bad);
            const char* says = size < 8 ? "not a Wuxing model file" : size < good.size() ? "truncated" : "too long";
            tally.holds(contains(message, says) && is_one_line(message),
                        [&] { return std::to_string(size) + ": " + message; });
            if (size >= 56) tally.holds(refusal(sealed(bad)) != "(no error)", [&] { return std::to_string(size); });
        }
    }
    tally.finish(8 * 465);
    CHECK(contains(refusal([] {
                       Bytes part = small_file();
                       part.resize(100);
                       return part;
                   }()),
                   "its layers need 436 bytes, it has 100"));
}

TEST_CASE("a model file of version 1 is refused in one line that says what to do, whatever follows its versions") {
    Bytes old{'W', 'U', 'X', 'M', 'O', 'D', 'E', 'L', 1, 0, 1, 0};
    for (const std::size_t size : {12u, 36u, 52u, 192u}) {
        old.resize(size, 0);
        CHECK(refusal(old) ==
              "some.wux: model file version 1 for contract 1; this program reads version 2 for contract 2: "
              "use the release that wrote it, or train anew");
    }
}

TEST_CASE("intact model files with impossible contents are refused") {
    struct Case {
        std::size_t at;
        int value;
        const char* says;
    };
    std::vector<Case> cases{
        {8, 3, "model file version 3 for contract 2; this program reads version 2 for contract 2"},
        {8, 1, "model file version 1 for contract 2; this program reads version 2"},
        {8, 0, "version 0"},
        {10, 1, "for contract 1"},
        {10, 3, "for contract 3"},
        {36, 0, "connections of 0 bits"},
        {36, 15, "connections of 15 bits"},
        {38, 2, "rounding 2, recomputed 0"},
        {38, 0x0200, "rounding 0, recomputed 2"},
        {36, 12, "does not fit 12 bits"},
        {36, 8, "too long a model file: its layers need 426 bytes, it has more"},
        {38, 0x0100, "too long a model file: its layers need 428 bytes, it has more"},
        {12, 0, "steps 0"},
        {12, 16, "steps 16"},
        {14, 0, "0 layer sizes"},
        {14, 1, "1 layer sizes"},
        {14, 257, "257 layer sizes"},
        {40, 0, "a layer of size 0"},
        {44, 0, "a layer of size 0"},
        {48, 0, "a layer of size 0"},
        {50, 1, "a layer of size 65538"},
        {40, 4, "truncated model file: its layers need 440 bytes, it has 436"},
        {40, 2, "too long a model file: its layers need 432 bytes, it has more"},
        {48, 65535, "truncated model file"},
    };
    const Bytes good = small_file();
    Tally tally;
    const auto refused = [&tally](const Bytes& bytes, const std::string& says) {
        const std::string message = refusal(sealed(bytes));
        tally.holds(contains(message, says) && is_one_line(message), [&] { return says + ": " + message; });
    };
    for (const Case& c : cases) {
        Bytes bad = good;
        put16(bad, c.at, c.value);
        refused(bad, c.says);
    }
    Bytes zero = good;
    put16(zero, 20, 0);
    put16(zero, 22, 0);
    refused(zero, "random state must not be zero");

    // Each K of each neuron, one below and one above its range.
    const int low[3]{2048, 256, 256}, high[3]{8192, 4096, 8192};
    for (const std::size_t first : {std::size_t{52}, std::size_t{52 + 180 + 12}}) {
        for (std::size_t k = 0; k < 30; ++k) {
            for (const int value : {low[k % 15 / 5] - 1, high[k % 15 / 5] + 1, -1}) {
                Bytes bad = good;
                put16(bad, first + 2 * k, value);
                refused(bad, "impossible content in a model file: K");
            }
            for (const int value : {low[k % 15 / 5], high[k % 15 / 5]}) {
                Bytes edge = good;
                put16(edge, first + 2 * k, value);
                tally.holds(refusal(sealed(edge)) == "(no error)", [&] { return "edge of K " + std::to_string(k); });
            }
        }
    }
    tally.finish(25 + 60 * 5);

    // A recomputed network at 12 bits, and shifts beyond 15.
    Bytes recomputed = encode_model(variant(16, true, Rounding::stochastic), kHistory);
    for (const int bits : {8, 12}) {
        Bytes bad = recomputed;
        put16(bad, 36, bits);
        CHECK(contains(refusal(sealed(bad)), "recomputed connections have 16 bits, not " + std::to_string(bits)));
    }
    for (const std::size_t at : {std::size_t{52 + 180 + 4}, std::size_t{52 + 2 * 180 + 6 + 4}}) {
        for (const int value : {16, 65535}) {
            Bytes bad = recomputed;
            put16(bad, at, value);
            CHECK(contains(refusal(sealed(bad)), "shift " + std::to_string(value) + " of recomputed connections"));
        }
        put16(recomputed, at, 15);
        CHECK(refusal(sealed(recomputed)) == "(no error)");
    }
}

TEST_CASE("what is no model file is called so") {
    const Scratch scratch;
    CHECK(contains(file_error([&] { load_model(scratch.path("none")); }), "none: cannot be opened"));
    CHECK(contains(file_error([&] { load_model(scratch.folder()); }), "is a folder, not a file"));
    CHECK(contains(file_error([&] { load_model(scratch.write("x", std::string("{}"))); }), "not a Wuxing model file"));
    CHECK(contains(file_error([&] { load_model(scratch.write("empty", Bytes{})); }), "not a Wuxing model file"));
    CHECK(contains(file_error([&] { load_model("/dev/zero"); }), "/dev/zero: not a Wuxing model file"));
}

TEST_CASE("no more of a model file is read than its layers ask for") {
    const Scratch scratch;
    Bytes good = small_file();
    CHECK(read_model(scratch.write("good", good)) == good);
    good.resize(5000);
    const std::string longer = scratch.write("longer", good);
    CHECK(read_model(longer).size() < 2000);
    CHECK(contains(file_error([&] { load_model(longer); }), "too long a model file: its layers need 436 bytes"));

    // Layers of 8 GiB in a file of 436 bytes.
    Bytes huge = small_file();
    for (const std::size_t at : {40u, 44u, 48u}) put16(huge, at, 65535);
    CHECK(contains(file_error([&] { load_model(scratch.write("huge", sealed(huge))); }), "bytes, it has 436"));

    CHECK(read_file(longer, 5000).size() == 5000);
    CHECK(contains(file_error([&] { read_file(longer, 4999); }), "longer: longer than 4999 bytes"));
    CHECK(contains(file_error([&] { read_file("/dev/zero", 4999); }), "longer than 4999 bytes"));
}

TEST_CASE("a write that fails leaves the old file and nothing else") {
    const Scratch scratch;
    const std::string path = scratch.path("model.wux");
    save_model(path, small_network(), kHistory);
    const Bytes before = scratch.read("model.wux");
    Network other = small_network();
    other.set_weight(0, 0, 0, 99);

    int failures = 0;
    for (const rlim_t limit : {0, 1, 50, 435}) {
        std::string message;
        {
            const FileSizeLimit full(limit);
            message = file_error([&] { save_model(path, other, kHistory); });
        }
        CHECK(contains(message, "model.wux: not written, what was there is unchanged"));
        CHECK(is_one_line(message));
        CHECK(scratch.read("model.wux") == before);
        CHECK(scratch.names() == std::vector<std::string>{"model.wux"});
        ++failures;
    }
    CHECK(failures == 4);

    save_model(path, other, kHistory);
    CHECK(load_model(path).network.weight(0, 0, 0) == 99);
}

TEST_CASE("places where no file can be written are refused, before and when writing") {
    const Scratch scratch;
    fs::create_directory(scratch.path("folder"));
    struct Case {
        std::string path;
        const char* says;
    };
    const std::vector<Case> cases{
        {scratch.path("none/model.wux"), "there is no folder"},
        {scratch.path("folder"), "is a folder, not a file"},
        {scratch.path("folder/"), "is a folder, not a file"},
        {"/dev/null", "is not a regular file"},
        {"", "without a name"},
    };
    Tally tally;
    for (const Case& c : cases) {
        for (const bool only_check : {true, false}) {
            const std::string message = file_error([&] {
                if (only_check) {
                    check_writable(c.path);
                } else {
                    write_file_atomically(c.path, "text");
                }
            });
            tally.holds(contains(message, c.says) && is_one_line(message), [&] { return c.path + ": " + message; });
        }
    }
    tally.finish(10);
    CHECK(scratch.names() == std::vector<std::string>{"folder"});
    CHECK(fs::is_character_file("/dev/null"));
}

TEST_CASE("a link is followed, not replaced") {
    const Scratch scratch;
    scratch.write("real", std::string("old"));
    fs::create_symlink("real", scratch.path("link"));
    write_file_atomically(scratch.path("link"), "new");
    CHECK(fs::is_symlink(scratch.path("link")));
    CHECK(scratch.read("real") == Bytes{'n', 'e', 'w'});
}

}  // namespace wuxing::test
