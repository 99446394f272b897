#define CATCH_CONFIG_RUNNER
#include <catch2/catch.hpp>

// The SystemC library, used for its number types only, refers to this symbol.
extern "C" int sc_main(int, char*[]) {
    return 0;
}

int main(int argc, char* argv[]) {
    return Catch::Session().run(argc, argv);
}
