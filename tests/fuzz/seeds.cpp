// Writes the seeds of every reader: DIR/READER/seed-NN.
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "readers.hpp"

int main(int argc, char** argv) {
    if (argc != 2) return std::fputs("usage: fuzz_seeds DIR\n", stderr), 2;
    for (const wuxing::fuzz::Reader& reader : wuxing::fuzz::readers()) {
        const std::filesystem::path folder = std::filesystem::path(argv[1]) / reader.name;
        std::filesystem::create_directories(folder);
        int number = 0;
        for (const wuxing::fuzz::Bytes& seed : reader.seeds()) {
            std::string name = "seed-" + std::to_string(100 + number++).substr(1);
            std::ofstream file(folder / name, std::ios::binary);
            file.write(reinterpret_cast<const char*>(seed.data()), static_cast<std::streamsize>(seed.size()));
            if (!file.flush()) return std::perror(folder.c_str()), 2;
        }
    }
}
