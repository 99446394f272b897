// Labelled images from IDX files (MNIST and its relatives), plain or gzip.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "file_error.hpp"
#include "files.hpp"

namespace wuxing {

/// Grey images of one size with one label each.
struct ImageSet {
    int rows = 0;
    int columns = 0;
    std::vector<std::uint8_t> pixels;  ///< [count][rows][columns], 0 = background
    std::vector<std::uint8_t> labels;  ///< [count]

    int count() const { return static_cast<int>(labels.size()); }
    int image_size() const { return rows * columns; }
    /// Row-major pixels of image `index`, image_size() bytes.
    const std::uint8_t* image(int index) const {
        return pixels.data() + static_cast<std::size_t>(index) * static_cast<std::size_t>(image_size());
    }
    /// Keeps the first `limit` images; limit <= 0 keeps all of them.
    void keep_first(int limit);
};

/// Training and test images of one size.
struct Dataset {
    ImageSet train;
    ImageSet test;
    int classes = 0;  ///< greatest label + 1, over both sets
};

/// Which files of a data set are wanted.
enum class DatasetPart { both, train_only, test_only };

/// Images from an IDX3 file and labels from an IDX1 file, plain or gzip (told by content, not by name).
/// The image size is what the file says; 1..65535 pixels an image, at least one image.
/// Throws FileError if a file is missing, unreadable, short, too long, of another kind (swapped files are named as
/// such), damaged gzip, or if the two counts differ.
ImageSet read_images(const std::string& images_path, const std::string& labels_path);

/// The four files train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte of
/// a folder; each may end in .gz, and may have '.' for the '-' before "idx". A part that is not wanted stays empty.
/// "mnist" and "fashion-mnist" are, if there is no folder of that name, those that tools/fetch_data.sh has fetched.
/// Throws FileError as above, and if the two sets differ in image size.
Dataset load_dataset(const std::string& name, DatasetPart part = DatasetPart::both);

/// The folder that load_dataset reads for `name`: where "mnist" and "fashion-mnist" have been fetched to, else the name.
std::string dataset_folder(const std::string& name);

/// Every file that load_dataset reads for `name`, or would if it were there: of `option`, for check_distinct.
std::vector<NamedFile> dataset_files(const std::string& option, const std::string& name);

/// Throws FileError unless images have `inputs` pixels and all labels are below `outputs` (the sizes of a network).
void check_fits(const ImageSet& set, int inputs, int outputs, const std::string& name);

/// Where data sets are looked for if no folder is given: $WUXING_DATA, else $XDG_CACHE_HOME/wuxing/mnist,
/// else $HOME/.cache/wuxing/mnist. tools/fetch_data.sh mnist puts the files there.
std::string default_data_directory();

}  // namespace wuxing
