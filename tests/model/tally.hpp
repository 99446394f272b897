// Counting comparisons: a case that compared nothing must not pass.
#pragma once

#include <catch2/catch.hpp>
#include <cstdint>
#include <sstream>
#include <string>

namespace wuxing::test {

class Tally {
public:
    /// One comparison; `where` is called for the first few differences only and returns text.
    template <class A, class B, class Where>
    void equal(const A& got, const B& expected, Where where) {
        ++comparisons_;
        if (got == expected) return;
        note([&] {
            std::ostringstream text;
            text << where() << ": got " << +got << ", expected " << +expected;
            return text.str();
        });
    }

    /// One comparison whose outcome is known.
    template <class Where>
    void holds(bool outcome, Where where) {
        ++comparisons_;
        if (!outcome) note([&] { return std::string(where()); });
    }

    /// Comparisons made and differences found elsewhere.
    void add(std::uint64_t comparisons, std::uint64_t differences) {
        comparisons_ += comparisons;
        differences_ += differences;
    }

    std::uint64_t differences() const { return differences_; }

    /// No difference, and at least `least` comparisons.
    void finish(std::uint64_t least) const {
        INFO(comparisons_ << " comparisons, " << differences_ << " differences\n" << text_);
        CHECK(differences_ == 0);
        CHECK(comparisons_ >= least);
    }

private:
    static constexpr std::uint64_t kShown = 5;

    template <class Text>
    void note(Text text) {
        if (++differences_ <= kShown) text_ += text() + "\n";
    }

    std::uint64_t comparisons_ = 0, differences_ = 0;
    std::string text_;
};

}  // namespace wuxing::test
