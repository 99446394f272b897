// Small data sets, so that the co-simulation's tests need no download: make_images DIR COUNT [strokes|limits ROWS COLUMNS]
// strokes: 28 x 28, a little like digits. limits: all black, all white, noise, in turns.
#include <sys/stat.h>

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "samples.hpp"

namespace {

constexpr int kSide = 28;

void put_word(std::ofstream& out, std::uint32_t word) {
    for (int shift = 24; shift >= 0; shift -= 8) out.put(static_cast<char>(word >> shift & 0xFF));
}

std::vector<std::uint8_t> strokes(wuxing::RandomSource& random, int label) {
    std::vector<std::uint8_t> pixels(kSide * kSide, 0);
    double x = 6 + label, y = 22 - label;
    for (int stroke = 0; stroke < 3; ++stroke) {
        const double tx = 4 + random.below(20), ty = 4 + (stroke * 7 + label * 3) % 20;
        for (int k = 0; k <= 20; ++k) {
            const int cx = static_cast<int>(x + (tx - x) * k / 20), cy = static_cast<int>(y + (ty - y) * k / 20);
            for (const auto& [dx, dy] : {std::pair{0, 0}, std::pair{1, 0}, std::pair{0, 1}})
                pixels[static_cast<std::size_t>((cy + dy) * kSide + cx + dx)] =
                    static_cast<std::uint8_t>(dx + dy == 0 ? 255 : 1 + random.below(254));
        }
        x = tx;
        y = ty;
    }
    return pixels;
}

std::vector<std::uint8_t> limits(wuxing::RandomSource& random, std::uint32_t number, std::uint32_t pixels) {
    std::vector<std::uint8_t> image(pixels, number % 3 == 0 ? 0 : 255);
    if (number % 3 == 2)
        for (std::uint8_t& pixel : image) pixel = static_cast<std::uint8_t>(random.below(256));
    return image;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3 && argc != 6) return 2;
    const std::string folder = argv[1];
    const auto number = [&](int k) { return static_cast<std::uint32_t>(std::atoi(argv[k])); };
    const std::uint32_t count = number(2);
    const bool at_limits = argc == 6 && std::string(argv[3]) == "limits";
    const std::uint32_t rows = at_limits ? number(4) : kSide, columns = at_limits ? number(5) : kSide;
    mkdir(folder.c_str(), 0777);
    wuxing::RandomSource random(2024);
    for (const std::string set : {"train", "t10k"}) {
        std::ofstream images(folder + "/" + set + "-images-idx3-ubyte", std::ios::binary);
        std::ofstream labels(folder + "/" + set + "-labels-idx1-ubyte", std::ios::binary);
        for (const std::uint32_t word : {0x803u, count, rows, columns}) put_word(images, word);
        for (const std::uint32_t word : {0x801u, count}) put_word(labels, word);
        for (std::uint32_t k = 0; k < count; ++k) {
            const int label = static_cast<int>(k % 10);
            for (const std::uint8_t pixel : at_limits ? limits(random, k, rows * columns) : strokes(random, label))
                images.put(static_cast<char>(pixel));
            labels.put(static_cast<char>(label));
        }
        if (!images.flush() || !labels.flush()) return 1;
    }
    return 0;
}
