// wuxing neuron: equation (2) both ways from the command line, its domain, the ranges of the contract, exit codes.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "scratch.hpp"

namespace wuxing::test {
namespace {

using nlohmann::json;

json five(double v) {
    return json({v, v, v, v, v});
}

/// What `wuxing neuron` answers as JSON.
json neuron(const std::string& arguments, int code = 0) {
    const Scratch scratch;
    const CommandResult result = run_wuxing(scratch, "neuron --json - " + arguments);
    INFO(arguments << '\n' << result.out << result.err);
    REQUIRE(result.code == code);
    CHECK(result.err.empty());
    return json::parse(result.out);
}

void check_close(const json& got, const std::vector<double>& expected) {
    INFO(got);
    REQUIRE(got.size() == expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) CHECK(got[i].get<double>() == Approx(expected[i]).epsilon(1e-9));
}

}  // namespace

TEST_CASE("neuron: with nothing said the nominal neuron of the contract, a propagator at E* = 1") {
    const json nominal = neuron("");
    CHECK(nominal["command"] == "neuron");
    CHECK(nominal["k1"] == five(1));
    CHECK(nominal["k2"] == five(0.375));
    CHECK(nominal["k3"] == five(0.625));
    check_close(nominal["fixed_point"], {1, 1, 1, 1, 1});
    CHECK(nominal["nearest"]["k1"] == five(4096));
    CHECK(nominal["nearest"]["k2"] == five(1536));
    CHECK(nominal["nearest"]["k3"] == five(2560));
    CHECK(nominal["nearest"]["fixed_point"] == five(4096));
    for (const char* key : {"k1", "k2", "k3", "fixed_point"}) {
        CHECK(nominal["in_range"][key] == json({true, true, true, true, true}));
    }
    CHECK(nominal["kind"] == "propagator");
    CHECK(nominal["growth"].get<double>() == Approx(-0.375).epsilon(1e-9));  // all five together: -K2
    CHECK(neuron("--k1 1 --k2 0.375 --k3 0.625") == nominal);
    CHECK(neuron("--k1 1,1,1,1,1 --k3 0.625,0.625,0.625,0.625,0.625") == nominal);
}

TEST_CASE("neuron: equal parameters by hand, E* = (K1 - K3) / K2 and K3 = K1 - K2 E*") {
    check_close(neuron("--k1 2 --k2 0.5 --k3 1.25")["fixed_point"], {1.5, 1.5, 1.5, 1.5, 1.5});
    CHECK(neuron("--k1 1 --k2 0.375 --fixed-point 1")["k3"] == five(0.625));
    CHECK(neuron("--k1 2 --k2 0.5 --fixed-point 1.5")["k3"] == five(1.25));
}

TEST_CASE("neuron: five different values, both directions") {
    // By hand: (K1[i] E[i-1] - K2[i] E[i] E[i-2]) / E[i].
    const std::string k = "--k1 1,2,1,1,2 --k2 0.5,0.25,0.5,0.25,0.5 ";
    const json decay = neuron(k + "--fixed-point 1,2,1,0.5,1");
    CHECK(decay["k3"] == json({0.75, 0.75, 1.5, 1.5, 0.5}));
    CHECK(decay["nearest"]["k3"] == json({3072, 3072, 6144, 6144, 2048}));
    const json point = neuron(k + "--k3 0.75,0.75,1.5,1.5,0.5");
    check_close(point["fixed_point"], {1, 2, 1, 0.5, 1});
    CHECK(point["kind"] == decay["kind"]);
    CHECK(point["growth"].get<double>() == Approx(decay["growth"].get<double>()).epsilon(1e-7));
}

TEST_CASE("neuron: a propagator below K2 / K1 = 0.854, an oscillator above") {
    for (const double k1 : {0.5, 1.0}) {
        const std::string first = "--fixed-point 1 --k1 " + std::to_string(k1) + " --k2 ";
        const json below = neuron(first + std::to_string(0.8541 * k1)), above = neuron(first + std::to_string(0.8542 * k1));
        CHECK(below["kind"] == "propagator");
        CHECK(below["growth"] < 0);
        CHECK(above["kind"] == "oscillator");
        CHECK(above["growth"] > 0);
    }
    const Scratch scratch;
    CHECK(contains(run_wuxing(scratch, "neuron --k2 0.85 --fixed-point 1").out,
                   "neuron   propagator: a displacement from E* dies out, growth -0.00331"));
    CHECK(contains(run_wuxing(scratch, "neuron --k2 0.9 --fixed-point 1").out,
                   "neuron   oscillator: a displacement from E* grows, growth 0.0371"));
}

TEST_CASE("neuron: what lies outside the ranges of the contract is said, element by element") {
    const json low = neuron("--k2 0.96,0.5,0.5,0.5,0.5 --fixed-point 1");
    CHECK(low["nearest"]["k3"] == json({164, 2048, 2048, 2048, 2048}));
    CHECK(low["in_range"]["k3"] == json({false, true, true, true, true}));
    CHECK(low["in_range"]["k2"] == json({true, true, true, true, true}));
    // The ends of K3's range belong to it; so does what rounds to them.
    CHECK(neuron("--k3 0.0625,0.0625,0.0623,2,2.0002 --k1 2")["in_range"]["k3"] == json({true, true, false, true, false}));
    CHECK(neuron("--k3 2.0001,0.0624,0.1,0.1,0.1 --k1 2")["in_range"]["k3"] == json({true, true, true, true, true}));
    CHECK(neuron("--k1 0.4,0.5,2,2.1,1 --k3 0.1")["in_range"]["k1"] == json({false, true, true, false, true}));
    CHECK(neuron("--k2 0.06,0.0625,1,1.1,0.5")["in_range"]["k2"] == json({false, true, true, false, true}));
    // (1 - 0.25) / 0.125 = 6: at rest only where no element can be.
    const json far = neuron("--k2 0.125 --k3 0.25");
    check_close(far["fixed_point"], {6, 6, 6, 6, 6});
    CHECK(far["in_range"]["fixed_point"] == json({false, false, false, false, false}));

    const Scratch scratch;
    const CommandResult text = run_wuxing(scratch, "neuron --k2 0.96,0.5,0.5,0.96,0.5 --fixed-point 1");
    INFO(text.out);
    CHECK(text.code == 0);
    CHECK(contains(text.out, "K3           0.04   0.5   0.5  0.04   0.5  1/16..2  not [0] [3]\n"));
    CHECK(contains(text.out, "  in 1/4096   164  2048  2048   164  2048\n"));
    CHECK(contains(text.out, "K1              1     1     1     1     1   1/2..2          yes\n"));
}

TEST_CASE("neuron: a set that lies outside altogether is said in one word") {
    const Scratch scratch;
    const CommandResult text = run_wuxing(scratch, "neuron --k2 0.96 --fixed-point 1");
    INFO(text.out);
    CHECK(contains(text.out, "K3           0.04  0.04  0.04  0.04  0.04  1/16..2        no\n"));
}

TEST_CASE("neuron: no positive fixed point or K3 is an answer with exit code 1") {
    const Scratch scratch;
    struct Case {
        std::string arguments, said, missing;
    };
    for (const Case& c : {
             Case{"--k1 1 --k3 1", "no positive fixed point: the product of K1 does not exceed", "fixed_point"},
             Case{"--k1 0.5,1,1,1,1 --k3 0.5,1,1,1,1.5", "no positive fixed point: the product", "fixed_point"},
             Case{"--k1 1 --k2 0.375 --fixed-point 4", "no positive K3 makes E* a fixed point", "k3"},  // -0.5
             Case{"--k1 1 --k2 0.5 --fixed-point 2", "no positive K3 makes E* a fixed point", "k3"},    // 0
             Case{"--fixed-point 1,1,3,1,1", "no positive K3 makes E* a fixed point", "k3"}}) {
        const CommandResult result = run_wuxing(scratch, "neuron " + c.arguments + " --json n.json");
        INFO(c.arguments << '\n' << result.out << result.err);
        CHECK(result.code == 1);
        CHECK(result.err.empty());
        CHECK(contains(result.out, c.said));
        CHECK(contains(result.out, "none"));
        const json written = json::parse(scratch.read("n.json"));
        CHECK(written[c.missing].is_null());
        CHECK(written["nearest"][c.missing].is_null());
        CHECK(written["in_range"][c.missing].is_null());
        CHECK(written["kind"].is_null());
        CHECK(written["growth"].is_null());
    }
    CHECK(neuron("--fixed-point 2.6")["kind"].is_string());  // K3 = 0.025: positive, if out of range
}

TEST_CASE("neuron: mistakes are one line and exit code 2") {
    const Scratch scratch;
    struct Case {
        std::string arguments, said;
    };
    int refused = 0;
    for (const char* option : {"--k1", "--k2", "--k3", "--fixed-point"}) {
        for (const Case& c : {Case{"0", "'0' is not a positive number"}, Case{"-1", "'-1' is not a positive number"},
                              Case{"nan", "'nan' is not"}, Case{"inf", "'inf' is not"}, Case{"1e400", "'1e400' is not"},
                              Case{"x", "'x' is not"}, Case{"1x", "'1x' is not"}, Case{"''", "'' is not"},
                              Case{"1,1,1,1,0", "'0' is not"}, Case{"1,,1,1,1", "'' is not"},
                              Case{"1,1,1,1,1,", "'' is not"}, Case{"1,1", "2 values"}, Case{"1,1,1,1", "4 values"},
                              Case{"1,1,1,1,1,1", "6 values"}}) {
            const CommandResult result = run_wuxing(scratch, std::string("neuron ") + option + " " + c.arguments);
            INFO(option << ' ' << c.arguments << '\n' << result.out << result.err);
            CHECK(result.code == 2);
            CHECK(result.out.empty());
            CHECK(is_one_line(result.err));
            CHECK(contains(result.err, "wuxing: "));
            CHECK(contains(result.err, option));
            CHECK(contains(result.err, c.said));
            ++refused;
        }
    }
    CHECK(refused == 4 * 14);
    for (const Case& c : {Case{"--k3 0.5 --fixed-point 1", "excludes"}, Case{"--k1", "--k1"}, Case{"--k4 1", "--k4"},
                          Case{"1", "1"}, Case{"--json missing/n.json", "missing"}}) {
        const CommandResult result = run_wuxing(scratch, "neuron " + c.arguments);
        INFO(c.arguments << '\n' << result.out << result.err);
        CHECK(result.code == 2);
        CHECK(is_one_line(result.err));
        CHECK(contains(result.err, c.said));
    }
}

TEST_CASE("neuron: numbers at the ends of what a double holds end in an answer") {
    const Scratch scratch;
    for (const char* tiny : {"1e-300", "1e-30", "1e30", "1e300"}) {
        for (const char* option : {"--k1", "--k2", "--k3", "--fixed-point"}) {
            const CommandResult result = run_wuxing(scratch, std::string("neuron ") + option + " " + tiny);
            INFO(option << ' ' << tiny << '\n' << result.out << result.err);
            CHECK((result.code == 0 || result.code == 1));
            CHECK(result.err.empty());
            CHECK_FALSE(contains(result.out, "nan"));
            CHECK_FALSE(contains(result.out, "inf"));
        }
    }
}

TEST_CASE("neuron --help says what the exit codes mean") {
    const Scratch scratch;
    const CommandResult help = run_wuxing(scratch, "neuron --help");
    CHECK(help.code == 0);
    CHECK(contains(help.out, "Exit code 1 if there is no positive fixed point, or no positive K3."));
    CHECK(contains(help.out, "--fixed-point X Excludes: --k3"));
    CHECK(contains(run_wuxing(scratch, "--help").out, "neuron"));
}

}  // namespace wuxing::test
