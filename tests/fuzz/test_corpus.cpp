// Every reader against its seeds, against the committed corpus, and against both with small seeded damage.
#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

#include "readers.hpp"
#include "samples.hpp"

namespace wuxing::fuzz {
namespace {

namespace fs = std::filesystem;

struct Case {
    std::string name;
    Bytes input;
};

std::vector<Case> corpus_of(const Reader& reader) {
    std::vector<Case> cases;
    for (const auto& entry : fs::directory_iterator(fs::path(WUXING_CORPUS) / reader.name)) {
        std::ifstream file(entry.path(), std::ios::binary);
        cases.push_back({entry.path().filename().string(), Bytes(std::istreambuf_iterator<char>(file), {})});
    }
    std::sort(cases.begin(), cases.end(), [](const Case& a, const Case& b) { return a.name < b.name; });
    return cases;
}

std::vector<Case> seeds_of(const Reader& reader) {
    std::vector<Case> cases;
    for (const Bytes& seed : reader.seeds()) cases.push_back({"seed " + std::to_string(cases.size()), seed});
    return cases;
}

struct Counts {
    int accepted = 0, refused = 0;
};

void read(const Reader& reader, const Case& c, Counts& counts) {
    try {
        ++(reader.accepts(c.input) ? counts.accepted : counts.refused);
    } catch (const std::exception& error) {
        FAIL_CHECK(reader.name << ", " << c.name << ": " << error.what());
    }
}

/// One to four changes: a bit, a byte, a piece taken out, doubled or overwritten, the end cut off.
Bytes damaged(Bytes bytes, std::mt19937& random) {
    const auto below = [&random](std::size_t limit) { return static_cast<std::ptrdiff_t>(random() % limit); };
    for (std::size_t changes = 1 + random() % 4; changes > 0; --changes) {
        if (bytes.empty()) bytes.push_back(0);
        const auto at = bytes.begin() + below(bytes.size());
        const auto end = at + std::min<std::ptrdiff_t>(bytes.end() - at, 1 + below(16));
        const Bytes piece(at, end);
        switch (random() % 6) {
            case 0:
                *at = static_cast<std::uint8_t>(*at ^ (1 << random() % 8));
                break;
            case 1:
                *at = static_cast<std::uint8_t>(random() % 3 == 0 ? random() : random() % 2 == 0 ? 0xFF : 0);
                break;
            case 2:
                bytes.erase(at, end);
                break;
            case 3:
                bytes.insert(at, piece.begin(), piece.end());
                break;
            case 4:
                std::copy_n(piece.begin(), piece.size(), bytes.end() - static_cast<std::ptrdiff_t>(piece.size()));
                break;
            default:
                bytes.erase(at, bytes.end());
                break;
        }
    }
    return bytes;
}

/// What a reader must at least have met.
struct Expected {
    const char* reader;
    std::size_t corpus;  ///< files
    int accepted;        ///< of seeds and corpus
    int damaged;         ///< inputs made
};

constexpr Expected kExpected[]{
    {"idx", 22, 6, 6000},         {"gzip", 9, 4, 6000},    {"model_file", 22, 5, 6000},
    {"config_file", 22, 7, 6000}, {"plan", 24, 7, 1500},   {"checkpoint", 23, 3, 6000},
    {"resume", 23, 9, 1000},      {"result", 23, 4, 6000}, {"frame", 5, 2, 6000},
};

}  // namespace

TEST_CASE("every reader withstands its corpus, and damage to it") {
    CHECK(std::size(kExpected) == readers().size());
    for (const Expected& expected : kExpected) {
        DYNAMIC_SECTION(expected.reader) {
            const Reader reader = reader_of(expected.reader);
            std::vector<Case> cases = corpus_of(reader);
            CHECK(cases.size() == expected.corpus);
            const std::vector<Case> seeds = seeds_of(reader);
            cases.insert(cases.end(), seeds.begin(), seeds.end());
            Counts intact, hurt;
            for (const Case& c : cases) read(reader, c, intact);
            CHECK(intact.accepted >= expected.accepted);
            CHECK(intact.refused >= 1);

            std::mt19937 random(1);
            for (int k = 0; k < expected.damaged; ++k) {
                const Case& from = cases[random() % cases.size()];
                Case c{"damage " + std::to_string(k) + " to " + from.name, damaged(from.input, random)};
                if (k % 2 == 0) reader.seal(c.input);
                read(reader, c, hurt);
            }
            CHECK(hurt.accepted + hurt.refused == expected.damaged);
            CHECK(hurt.refused > expected.damaged / 10);
            CHECK(hurt.accepted > 0);  // it gets behind the checksums
        }
    }
}

TEST_CASE("JSON nested deeper than any stack is refused") {
    const std::string deep(200000, '['), end(200000, ']');
    const std::string text = "{\"command\":" + deep + end + "}";
    CHECK_FALSE(kResult.accepts(Bytes(text.begin(), text.end())));
}

TEST_CASE("the rate of the last epoch there can be is worked out at once") {
    const auto start = std::chrono::steady_clock::now();
    for (const int every : {1, 2}) {
        CHECK(LearningRate{0.4999, 0.82, every}.at(~std::uint32_t{0}) == 0);
        CHECK(LearningRate{0.25, 1.0, every}.at(~std::uint32_t{0}) == 16384);
    }
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(1));
}

}  // namespace wuxing::fuzz
