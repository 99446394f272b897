#include "checkpoint.hpp"

#include <fmt/core.h>
#include <zlib.h>

#include <algorithm>
#include <array>

#include "bytes.hpp"
#include "contract.hpp"
#include "files.hpp"

namespace wuxing {
namespace {

constexpr std::array<std::uint8_t, 8> kMagic{'W', 'U', 'X', 'C', 'H', 'E', 'C', 'K'};
constexpr std::size_t kParts = 4;
constexpr std::size_t kHeader = 8 + 2 + 2 + 4 + 8 * kParts;
constexpr std::size_t kCrcSize = 4;
constexpr std::uint64_t kMaxPart = std::uint64_t{1} << 40;  // so that sums of lengths cannot overflow

std::uint32_t crc_of(const std::vector<std::uint8_t>& bytes, std::size_t size) {
    return static_cast<std::uint32_t>(crc32_z(crc32_z(0, nullptr, 0), bytes.data(), size));
}

FileError refusal(const std::string& name, const std::string& why) {
    return FileError(fmt::format("{}: {}; use a backup of it, or train anew", name, why));
}

struct Header {
    std::uint32_t data_crc = 0;
    std::array<std::uint64_t, kParts> sizes{};
    std::uint64_t file_size = kHeader + kCrcSize;
};

/// `bytes` may end anywhere behind the header.
Header decode_header(const std::vector<std::uint8_t>& bytes, const std::string& name) {
    if (bytes.size() < kMagic.size() || !std::equal(kMagic.begin(), kMagic.end(), bytes.begin())) {
        throw FileError(name + ": not a checkpoint (wuxing train --checkpoint makes one)");
    }
    if (bytes.size() < kHeader) throw refusal(name, fmt::format("truncated checkpoint ({} bytes)", bytes.size()));
    ByteReader in(bytes, kMagic.size());
    const auto version = static_cast<int>(in.get(2)), contract = static_cast<int>(in.get(2));
    if (version != kCheckpointVersion || contract != kContractVersion) {
        throw FileError(
            fmt::format("{}: checkpoint version {} for contract {}; this program reads version {} for "
                        "contract {}: use the release that wrote it, or train anew",
                        name, version, contract, kCheckpointVersion, kContractVersion));
    }
    Header header;
    header.data_crc = static_cast<std::uint32_t>(in.get(4));
    for (std::uint64_t& size : header.sizes) {
        size = in.get(8);
        if (size > kMaxPart) throw refusal(name, fmt::format("damaged checkpoint: a part of {} bytes", size));
        header.file_size += size;
    }
    return header;
}

}  // namespace

std::vector<std::uint8_t> encode_checkpoint(const Checkpoint& checkpoint) {
    ByteWriter out;
    out.append(kMagic);
    out.put(static_cast<std::uint64_t>(kCheckpointVersion), 2);
    out.put(static_cast<std::uint64_t>(kContractVersion), 2);
    out.put(checkpoint.data_crc, 4);
    out.put(checkpoint.configuration.size(), 8);
    out.put(checkpoint.progress.size(), 8);
    out.put(checkpoint.current.size(), 8);
    out.put(checkpoint.best.size(), 8);
    out.append(checkpoint.configuration);
    out.append(checkpoint.progress);
    out.append(checkpoint.current);
    out.append(checkpoint.best);
    out.put(crc_of(out.bytes, out.bytes.size()), 4);
    return std::move(out.bytes);
}

Checkpoint decode_checkpoint(const std::vector<std::uint8_t>& bytes, const std::string& name) {
    const Header header = decode_header(bytes, name);
    if (bytes.size() < header.file_size) {
        throw refusal(name, fmt::format("truncated checkpoint: its parts need {} bytes, it has {}", header.file_size,
                                        bytes.size()));
    }
    if (bytes.size() > header.file_size) {
        throw refusal(name,
                      fmt::format("too long a checkpoint: its parts need {} bytes, it has more", header.file_size));
    }
    const auto stored = static_cast<std::uint32_t>(ByteReader(bytes, bytes.size() - kCrcSize).get(4));
    const std::uint32_t computed = crc_of(bytes, bytes.size() - kCrcSize);
    if (stored != computed) {
        throw refusal(name, fmt::format("damaged checkpoint: its checksum is 0x{:08x}, its content has 0x{:08x}",
                                        stored, computed));
    }
    ByteReader in(bytes, kHeader);
    const auto text = [&in](std::uint64_t size) {
        const std::vector<std::uint8_t> part = in.get_bytes(size);
        return std::string(part.begin(), part.end());
    };
    Checkpoint checkpoint;
    checkpoint.data_crc = header.data_crc;
    checkpoint.configuration = text(header.sizes[0]);
    checkpoint.progress = text(header.sizes[1]);
    checkpoint.current = in.get_bytes(header.sizes[2]);
    checkpoint.best = in.get_bytes(header.sizes[3]);
    return checkpoint;
}

void save_checkpoint(const std::string& path, const Checkpoint& checkpoint, Existing existing) {
    const std::vector<std::uint8_t> bytes = encode_checkpoint(checkpoint);
    write_file_atomically(path, bytes.data(), bytes.size(), existing);
}

Checkpoint load_checkpoint(const std::string& path) {
    FileReader file(path, FileReader::Content::plain);
    std::vector<std::uint8_t> bytes;
    file.read_up_to(bytes, kHeader);
    file.read_up_to(bytes, decode_header(bytes, path).file_size + 1);
    return decode_checkpoint(bytes, path);
}

}  // namespace wuxing
