#include "scratch.hpp"

#include <regex.h>
#include <sys/wait.h>
#include <zlib.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace wuxing::test {
namespace {

namespace fs = std::filesystem;

void put_big_endian(Bytes& bytes, std::uint32_t value) {
    for (int shift = 24; shift >= 0; shift -= 8) bytes.push_back(static_cast<std::uint8_t>(value >> shift));
}

std::string as_text(const Bytes& bytes) {
    return std::string(bytes.begin(), bytes.end());
}

}  // namespace

Scratch::Scratch() {
    std::string pattern = (fs::temp_directory_path() / "wuxing-test-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("cannot make a scratch folder");
    folder_ = pattern;
}

Scratch::~Scratch() {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
}

std::string Scratch::write(const std::string& name, const Bytes& bytes) const {
    return write(name, as_text(bytes));
}

std::string Scratch::write(const std::string& name, const std::string& text) const {
    std::ofstream file(path(name), std::ios::binary);
    file.write(text.data(), static_cast<std::streamsize>(text.size()));
    file.close();
    if (!file) throw std::runtime_error("cannot write " + path(name));
    return path(name);
}

Bytes Scratch::read(const std::string& name) const {
    std::ifstream file(path(name), std::ios::binary);
    if (!file) throw std::runtime_error("cannot read " + path(name));
    return Bytes(std::istreambuf_iterator<char>(file), {});
}

std::vector<std::string> Scratch::names() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder_)) names.push_back(entry.path().filename().string());
    std::sort(names.begin(), names.end());
    return names;
}

Bytes gzip(const Bytes& bytes) {
    z_stream stream{};
    if (deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        throw std::runtime_error("deflate");
    Bytes out(deflateBound(&stream, static_cast<uLong>(bytes.size())) + 64);
    Bytes in = bytes;
    stream.next_in = in.data();
    stream.avail_in = static_cast<uInt>(in.size());
    stream.next_out = out.data();
    stream.avail_out = static_cast<uInt>(out.size());
    const int status = deflate(&stream, Z_FINISH);
    out.resize(out.size() - stream.avail_out);
    deflateEnd(&stream);
    if (status != Z_STREAM_END) throw std::runtime_error("deflate");
    return out;
}

Bytes idx_images(int count, int rows, int columns) {
    Bytes bytes;
    put_big_endian(bytes, 0x803);
    for (const int size : {count, rows, columns}) put_big_endian(bytes, static_cast<std::uint32_t>(size));
    for (int k = 0; k < count; ++k) {
        for (int p = 0; p < rows * columns; ++p) {
            bytes.push_back(static_cast<std::uint8_t>(p % 2 == 0 ? (7 * k + 3 * p) % 256 : 0));
        }
    }
    return bytes;
}

Bytes idx_labels(int count, int classes) {
    Bytes bytes;
    put_big_endian(bytes, 0x801);
    put_big_endian(bytes, static_cast<std::uint32_t>(count));
    for (int k = 0; k < count; ++k) bytes.push_back(static_cast<std::uint8_t>(k % classes));
    return bytes;
}

void write_small_dataset(const Scratch& scratch) {
    scratch.write("train-images-idx3-ubyte", idx_images(60, 4, 4));
    scratch.write("train-labels-idx1-ubyte", idx_labels(60, 3));
    scratch.write("t10k-images-idx3-ubyte", idx_images(20, 4, 4));
    scratch.write("t10k-labels-idx1-ubyte", idx_labels(20, 3));
}

Network small_network() {
    NetworkConfig config;
    config.sizes = {3, 2, 2};
    config.steps = 5;
    config.target_on = 4000;
    config.target_off = -700;
    Network network(config);
    network.initialise(11);
    network.set_weight(0, 2, 1, -32768);
    network.set_weight(1, 0, 1, 32767);
    network.set_parameter(0, 1, 0, 2048);
    network.set_parameter(0, 1, 7, 4096);
    network.set_parameter(1, 0, 14, 8192);
    return network;
}

std::size_t matches(const std::string& text, const std::string& pattern) {
    regex_t compiled;
    if (regcomp(&compiled, pattern.c_str(), REG_EXTENDED) != 0) throw std::runtime_error("not a regular expression: " + pattern);
    std::size_t count = 0;
    regmatch_t found;
    for (const char* rest = text.c_str(); regexec(&compiled, rest, 1, &found, 0) == 0 && found.rm_eo > 0; rest += found.rm_eo) ++count;
    regfree(&compiled);
    return count;
}

CommandResult run_shell(const Scratch& scratch, const std::string& command_line) {
    const std::string all = "cd '" + scratch.folder() + "' && { " + command_line + " ; } >.out 2>.err </dev/null";
    const int status = std::system(all.c_str());
    CommandResult result;
    result.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    result.out = as_text(scratch.read(".out"));
    result.err = as_text(scratch.read(".err"));
    return result;
}

CommandResult run_wuxing(const Scratch& scratch, const std::string& arguments) {
    return run_shell(scratch, "'" WUXING_COMMAND "' " + arguments);
}

}  // namespace wuxing::test
