// The reader of gzip streams, compared with an obvious second one that unpacks everything at once.
#include <zlib.h>

#include <algorithm>
#include <array>

#include "files.hpp"
#include "harness.hpp"
#include "scratch.hpp"

namespace wuxing::fuzz {
namespace {

constexpr std::size_t kMost = std::size_t{1} << 22;  // a bomb of 4 KiB is smaller

bool is_gzip(const Bytes& bytes) {
    return bytes.size() >= 2 && bytes[0] == 0x1F && bytes[1] == 0x8B;
}

/// One member from `at` on, which moves behind it; false if it is damaged or cut short.
bool unpack_member(const Bytes& packed, std::size_t& at, int window_bits, Bytes& out) {
    z_stream stream{};
    if (inflateInit2(&stream, window_bits) != Z_OK) throw std::runtime_error("no memory");
    stream.next_in = const_cast<Bytef*>(packed.data()) + at;
    stream.avail_in = static_cast<uInt>(packed.size() - at);
    std::array<std::uint8_t, 4096> chunk;
    int status = Z_OK;
    do {
        stream.next_out = chunk.data();
        stream.avail_out = static_cast<uInt>(chunk.size());
        status = inflate(&stream, Z_NO_FLUSH);
        out.insert(out.end(), chunk.data(), stream.next_out);
    } while (status == Z_OK);
    at = packed.size() - stream.avail_in;
    inflateEnd(&stream);
    return status == Z_STREAM_END;
}

/// What a file holds, unpacked; nothing if it is damaged.
std::optional<Bytes> unpacked(const Bytes& file) {
    if (!is_gzip(file)) return file;
    Bytes out;
    for (std::size_t at = 0; at < file.size();) {
        if (!unpack_member(file, at, 15 + 16, out)) return std::nullopt;
    }
    return out;
}

std::optional<Bytes> read_in_pieces(const std::string& path, std::size_t piece, std::size_t most) {
    return accepted<FileError>(path, [&] {
        FileReader file(path, FileReader::Content::maybe_gzip);
        Bytes bytes;
        for (std::size_t wanted = piece;; wanted += piece) {
            file.read_up_to(bytes, std::min(wanted, most));
            demand(bytes.size() <= std::min(wanted, most), "more than was asked for");
            if (bytes.size() < wanted) return bytes;
        }
    });
}

bool accepts(const Bytes& input) {
    const MemoryFile file(input);
    const auto expected = unpacked(input);
    for (const std::size_t piece : {kMost, std::max<std::size_t>(input.size() / 3, 7)}) {
        const auto read = read_in_pieces(file.path(), piece, kMost);
        demand(read.has_value() == expected.has_value(), "another verdict on a gzip stream");
        demand(read == expected, "other bytes than the stream holds");
    }
    if (!expected) return false;
    const auto start = read_in_pieces(file.path(), 5, 5);
    demand(start == Bytes(expected->begin(),
                          expected->begin() + std::min<std::ptrdiff_t>(5, expected->end() - expected->begin())),
           "another beginning");
    const MemoryFile again(test::gzip(*expected));
    demand(read_in_pieces(again.path(), kMost, kMost) == expected, "packed and read again, other bytes");
    return true;
}

std::vector<Bytes> seeds() {
    const Bytes text = bytes_of("the same, the same, the same, and something else"), zeros(5000, 0);
    const Bytes one = test::gzip(text), two = test::gzip(zeros);
    Bytes both = one, cut = one, more = one;
    both.insert(both.end(), two.begin(), two.end());
    cut.resize(one.size() - 3);
    more.push_back(0);
    return {one, two, both, cut, more, text, {}, {0x1F}, {0x1F, 0x8B}, test::gzip({})};
}

/// Checksum and length of each member, as long as they can be unpacked.
void seal(Bytes& input) {
    constexpr std::size_t kHeader = 10, kTrailer = 8;
    for (std::size_t at = 0; is_gzip(input) && at + kHeader < input.size();) {
        if (input[at + 3] != 0) return;  // a longer header
        Bytes out;
        at += kHeader;
        if (!unpack_member(input, at, -15, out) || at + kTrailer > input.size()) return;
        put_little_endian(input, at, crc32_z(crc32_z(0, nullptr, 0), out.data(), out.size()), 4);
        put_little_endian(input, at + 4, out.size(), 4);
        at += kTrailer;
    }
}

}  // namespace

const Reader kGzip{"gzip", accepts, seeds, seal};

}  // namespace wuxing::fuzz
