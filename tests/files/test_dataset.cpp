// Every way in which a data set can be wrong is refused with one line that names the file and says what is wrong.
#include <catch2/catch.hpp>
#include <filesystem>
#include <functional>

#include "dataset.hpp"
#include "files.hpp"
#include "scratch.hpp"
#include "tally.hpp"

namespace wuxing::test {
namespace {

namespace fs = std::filesystem;

Bytes cut(Bytes bytes, std::size_t size) {
    bytes.resize(size);
    return bytes;
}

Bytes changed(Bytes bytes, std::size_t at, std::uint8_t value) {
    bytes.at(at) = value;
    return bytes;
}

Bytes joined(Bytes a, const Bytes& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

void check_contents(const ImageSet& set, int count, int rows, int columns, int classes) {
    REQUIRE(set.count() == count);
    REQUIRE(set.rows == rows);
    REQUIRE(set.columns == columns);
    const Bytes images = idx_images(count, rows, columns);
    REQUIRE(set.pixels == Bytes(images.begin() + 16, images.end()));
    for (int k = 0; k < count; ++k) REQUIRE(set.labels[static_cast<std::size_t>(k)] == k % classes);
}

}  // namespace

TEST_CASE("IDX files are read, plain and gzipped, whatever their names say") {
    const Scratch scratch;
    const Bytes images = idx_images(30, 3, 5), labels = idx_labels(30, 7);
    const std::string plain_images = scratch.write("images", images), plain_labels = scratch.write("labels", labels);
    const std::string packed_images = scratch.write("images.bin", gzip(images));
    const std::string packed_labels = scratch.write("labels.bin", gzip(labels));
    const std::string misnamed = scratch.write("labels.gz", labels);
    // Two members in one file, as gzip allows.
    const std::string members =
        scratch.write("members.gz", joined(gzip(cut(images, 20)), gzip(Bytes(images.begin() + 20, images.end()))));

    check_contents(read_images(plain_images, plain_labels), 30, 3, 5, 7);
    check_contents(read_images(packed_images, packed_labels), 30, 3, 5, 7);
    check_contents(read_images(packed_images, misnamed), 30, 3, 5, 7);
    check_contents(read_images(members, plain_labels), 30, 3, 5, 7);
}

TEST_CASE("the four files of a data set are found under their usual names") {
    for (const char* style : {"-", "."}) {
        for (const bool packed : {false, true}) {
            const Scratch scratch;
            const auto put = [&](const std::string& stem, const std::string& kind, const Bytes& bytes) {
                scratch.write(stem + style + kind + (packed ? ".gz" : ""), packed ? gzip(bytes) : bytes);
            };
            put("train-images", "idx3-ubyte", idx_images(12, 4, 6));
            put("train-labels", "idx1-ubyte", idx_labels(12, 3));
            put("t10k-images", "idx3-ubyte", idx_images(8, 4, 6));
            put("t10k-labels", "idx1-ubyte", idx_labels(8, 5));
            const Dataset data = load_dataset(scratch.folder());
            check_contents(data.train, 12, 4, 6, 3);
            check_contents(data.test, 8, 4, 6, 5);
            CHECK(data.classes == 5);
            const Dataset part = load_dataset(scratch.folder(), DatasetPart::test_only);
            CHECK(part.train.count() == 0);
            CHECK(part.test.count() == 8);
        }
    }
}

TEST_CASE("a wrong file of a data set is refused with one clear line") {
    const Bytes images = idx_images(12, 4, 6), labels = idx_labels(12, 3);
    const Bytes packed = gzip(images);
    struct Case {
        const char* what;
        Bytes images, labels;
        const char* file;  ///< the one that has to be named
        const char* says;
    };
    const std::vector<Case> cases{
        {"empty images", {}, labels, "images", "cut short"},
        {"empty labels", images, {}, "labels", "cut short"},
        {"half a magic", cut(images, 3), labels, "images", "cut short"},
        {"cut in the header", cut(images, 15), labels, "images", "cut short in its header"},
        {"header of labels cut", images, cut(labels, 7), "labels", "cut short in its header"},
        {"no pixels at all", cut(images, 16), labels, "images", "cut short: 12 images need 304 bytes, there are 16"},
        {"one pixel short", cut(images, images.size() - 1), labels, "images",
         "12 images need 304 bytes, there are 303"},
        {"one label short", images, cut(labels, labels.size() - 1), "labels", "12 labels need 20 bytes, there are 19"},
        {"one pixel more", joined(images, {0}), labels, "images", "too long: 12 images need 304 bytes, there are more"},
        {"one label more", images, joined(labels, {0}), "labels", "too long: 12 labels need 20 bytes, there are more"},
        {"other magic", changed(images, 2, 0x0D), labels, "images", "starts with 0x00000d03, not 0x00000803"},
        {"magic of labels", images, changed(labels, 0, 0x1F), "labels", "starts with 0x1f000801, not 0x00000801"},
        {"text", Bytes{'<', 'h', 't', 'm', 'l', '>', '\n'}, labels, "images", "no IDX image file"},
        {"swapped", labels, images, "images",
         "holds labels, where images are wanted: image and label file are swapped"},
        {"images twice", images, images, "labels", "holds images, where labels are wanted"},
        {"fewer labels", images, idx_labels(11, 3), "labels", "11 labels for the 12 images"},
        {"more labels", images, idx_labels(13, 3), "labels", "13 labels for the 12 images"},
        {"no images", cut(changed(images, 7, 0), 16), labels, "images", "says it holds 0 images"},
        {"too many images", changed(images, 4, 0x80), labels, "images", "says it holds 2147483660 images"},
        {"no rows", changed(images, 11, 0), labels, "images", "images of 0 x 6 pixels"},
        {"too many pixels", changed(images, 9, 1), labels, "images", "images of 65540 x 6 pixels"},
        {"too many bytes", changed(images, 4, 0x7F), labels, "images", "1073741824 are possible"},
        {"too many bytes, gzipped", gzip(changed(images, 4, 0x7F)), labels, "images", "1073741824 are possible"},
        {"too many labels", images, changed(labels, 4, 0x7F), "labels", "1073741824 are possible"},
        {"gzip of more", gzip(joined(images, Bytes(100000))), labels, "images", "too long: 12 images need 304 bytes"},
        {"too many pixels in a product", changed(changed(images, 10, 1), 14, 1), labels, "images",
         "images of 260 x 262 pixels"},
        {"gzip cut short", cut(packed, packed.size() - 9), labels, "images", "gzip data cut short"},
        {"gzip cut in its header", cut(packed, 5), labels, "images", "gzip data cut short"},
        {"gzip without its sum", cut(packed, packed.size() - 1), labels, "images", "gzip data cut short"},
        {"gzip with a wrong sum",
         changed(packed, packed.size() - 6, static_cast<std::uint8_t>(packed[packed.size() - 6] ^ 1)), labels, "images",
         "damaged gzip data"},
        {"gzip with something behind", joined(packed, {1, 2, 3, 4}), labels, "images", "damaged gzip data"},
        {"gzip of another method", changed(packed, 2, 7), labels, "images", "damaged gzip data"},
        {"gzip of too little", gzip(cut(images, 100)), labels, "images", "12 images need 304 bytes, there are 100"},
    };
    Tally tally;
    for (const Case& c : cases) {
        const Scratch scratch;
        const std::string images_path = scratch.write("images", c.images);
        const std::string labels_path = scratch.write("labels", c.labels);
        const std::string message = file_error([&] { read_images(images_path, labels_path); });
        const auto where = [&] { return std::string(c.what) + ": " + message; };
        tally.holds(message.rfind(scratch.path(c.file) + ": ", 0) == 0, where);
        tally.holds(contains(message, c.says), where);
        tally.holds(is_one_line(message), where);
    }
    tally.finish(3 * 33);
}

TEST_CASE("no damaged byte of a gzipped file changes what is read") {
    const Scratch scratch;
    const Bytes images = idx_images(6, 4, 4), packed = gzip(images);
    const std::string labels = scratch.write("labels", idx_labels(6, 3));
    Tally tally;
    int refused = 0;
    for (std::size_t at = 0; at < packed.size(); ++at) {
        const std::string path =
            scratch.write("images", changed(packed, at, static_cast<std::uint8_t>(packed[at] ^ 0x10)));
        // The time in the header and the last bits before the sum mean nothing: they may be read, and rightly.
        try {
            tally.holds(read_images(path, labels).pixels == Bytes(images.begin() + 16, images.end()),
                        [&] { return "byte " + std::to_string(at); });
        } catch (const FileError& error) {
            tally.holds(is_one_line(error.what()), [&] { return error.what(); });
            ++refused;
        }
    }
    tally.finish(packed.size());
    CHECK(packed.size() > 60);
    CHECK(refused >= static_cast<int>(packed.size()) - 12);
}

TEST_CASE("missing files and folders are named, with what to do") {
    const Scratch scratch;
    std::string message = file_error([&] { load_dataset(scratch.path("nowhere")); });
    CHECK(contains(message, "nowhere: no such folder"));
    CHECK(contains(message, "tools/fetch_data.sh mnist"));
    CHECK(contains(message, "--data DIR"));
    CHECK(is_one_line(message));
    CHECK(contains(file_error([&] { load_dataset(""); }), "no such folder"));

    write_small_dataset(scratch);
    int missing = 0;
    for (const std::string& name : scratch.names()) {
        fs::rename(scratch.path(name), scratch.path("away"));
        message = file_error([&] { load_dataset(scratch.folder()); });
        CHECK(message.rfind(scratch.path(name) + ": not found", 0) == 0);
        CHECK(contains(message, "tools/fetch_data.sh mnist"));
        CHECK(is_one_line(message));
        fs::rename(scratch.path("away"), scratch.path(name));
        ++missing;
    }
    CHECK(missing == 4);

    fs::remove(scratch.path("t10k-images-idx3-ubyte"));
    fs::create_directory(scratch.path("t10k-images-idx3-ubyte"));
    CHECK(contains(file_error([&] { load_dataset(scratch.folder()); }), "is a folder, not a file"));
    CHECK(contains(file_error([&] { read_images(scratch.path("x"), scratch.path("y")); }), "cannot be opened"));
}

TEST_CASE("sets that do not belong together or do not fit the network are refused") {
    const Scratch scratch;
    write_small_dataset(scratch);
    Dataset data = load_dataset(scratch.folder());
    CHECK(data.classes == 3);
    CHECK(file_error([&] { check_fits(data.train, 16, 3, "set"); }) == "(no error)");
    CHECK(file_error([&] { check_fits(data.train, 16, 4, "set"); }) == "(no error)");
    CHECK(contains(file_error([&] { check_fits(data.train, 15, 3, "set"); }),
                   "set: images of 4 x 4 = 16 pixels do not fit a network with 15 inputs"));
    CHECK(contains(file_error([&] { check_fits(data.train, 16, 2, "set"); }),
                   "set: label 2 of image 2 is no output of a network with 2 outputs (0 to 1)"));

    scratch.write("t10k-images-idx3-ubyte", idx_images(20, 4, 5));
    CHECK(contains(file_error([&] { load_dataset(scratch.folder()); }),
                   "training images of 4 x 4 pixels but test images of 4 x 5"));
}

TEST_CASE("a set can be cut to its first images") {
    const Scratch scratch;
    write_small_dataset(scratch);
    ImageSet set = load_dataset(scratch.folder()).train;
    const ImageSet all = set;
    set.keep_first(0);
    CHECK(set.count() == 60);
    set.keep_first(61);
    CHECK(set.count() == 60);
    set.keep_first(7);
    CHECK(set.labels == Bytes(all.labels.begin(), all.labels.begin() + 7));
    CHECK(set.pixels == Bytes(all.pixels.begin(), all.pixels.begin() + 7 * 16));
}

}  // namespace wuxing::test
