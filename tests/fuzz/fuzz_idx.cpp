// Images and labels. Input: how the harness makes files of them (bit 0: it packs the images, bit 1: the labels, bit 2:
// all is images, to which it makes labels), two bytes with the size of the image file, that file, the label file.
#include "dataset.hpp"
#include "harness.hpp"
#include "scratch.hpp"

namespace wuxing::fuzz {
namespace {

constexpr std::size_t kHeader = 3;

/// The files of a set, written again.
Bytes image_file(const ImageSet& set) {
    Bytes bytes{0, 0, 8, 3};
    for (const int size : {set.count(), set.rows, set.columns}) {
        for (int shift = 24; shift >= 0; shift -= 8) bytes.push_back(static_cast<std::uint8_t>(size >> shift));
    }
    bytes.insert(bytes.end(), set.pixels.begin(), set.pixels.end());
    return bytes;
}

Bytes label_file(const ImageSet& set) {
    Bytes bytes{0, 0, 8, 1};
    for (int shift = 24; shift >= 0; shift -= 8) bytes.push_back(static_cast<std::uint8_t>(set.count() >> shift));
    bytes.insert(bytes.end(), set.labels.begin(), set.labels.end());
    return bytes;
}

/// As many labels as images say they are, if these are few.
Bytes labels_for(const Bytes& images) {
    return test::idx_labels(images.size() < 8 ? 0 : images[7], 10);
}

bool is_gzip(const Bytes& bytes) {
    return bytes.size() >= 2 && bytes[0] == 0x1F && bytes[1] == 0x8B;
}

bool same(const ImageSet& a, const ImageSet& b) {
    return a.rows == b.rows && a.columns == b.columns && a.pixels == b.pixels && a.labels == b.labels;
}

bool accepts(const Bytes& input) {
    if (input.size() < kHeader) return false;
    const auto all = static_cast<std::ptrdiff_t>(input.size());
    const auto border =
        std::min<std::ptrdiff_t>(static_cast<std::ptrdiff_t>(kHeader + little_endian(input, 1, 2)), all);
    const bool alone = (input[0] & 4) != 0;
    const Bytes images(input.begin() + kHeader, alone ? input.end() : input.begin() + border);
    const Bytes labels = alone ? labels_for(images) : Bytes(input.begin() + border, input.end());
    const MemoryFile image_in((input[0] & 1) != 0 ? test::gzip(images) : images);
    const MemoryFile label_in((input[0] & 2) != 0 ? test::gzip(labels) : labels);
    const auto set =
        accepted<FileError>("/proc/self/fd/", [&] { return read_images(image_in.path(), label_in.path()); });
    if (!set) return false;
    demand(set->count() >= 1 && set->image_size() >= 1 && set->image_size() <= 65535, "impossible sizes");
    demand(set->pixels.size() == set->labels.size() * static_cast<std::size_t>(set->image_size()),
           "pixels without image");
    const Bytes images_again = image_file(*set), labels_again = label_file(*set);
    demand(is_gzip(images) || images_again == images, "other images than there were");
    demand(is_gzip(labels) || labels_again == labels, "other labels than there were");
    const MemoryFile image_out(images_again), label_out(labels_again);
    demand(same(read_images(image_out.path(), label_out.path()), *set), "written and read again, other images");
    return true;
}

Bytes input_of(std::uint8_t packing, const Bytes& images, const Bytes& labels) {
    Bytes input{packing, 0, 0};
    put_little_endian(input, 1, images.size(), 2);
    input.insert(input.end(), images.begin(), images.end());
    input.insert(input.end(), labels.begin(), labels.end());
    return input;
}

std::vector<Bytes> seeds() {
    const Bytes images = test::idx_images(3, 2, 3), labels = test::idx_labels(3, 2);
    return {input_of(0, images, labels),
            input_of(1, images, labels),
            input_of(2, images, labels),
            input_of(0, test::gzip(images), test::gzip(labels)),
            input_of(0, test::idx_images(1, 1, 1), {0, 0, 8, 1, 0, 0, 0, 1, 9}),
            input_of(3, test::idx_images(2, 255, 1), test::idx_labels(2, 10)),
            input_of(0, labels, images),
            input_of(4, images, {})};
}

}  // namespace

const Reader kIdx{"idx", accepts, seeds, no_seal};

}  // namespace wuxing::fuzz
