// Which of the faults planted in the netlist (faults.sv) is active: the number in WUXING_FAULT, 0: none.
#include <cstdlib>

extern "C" int wuxing_fault() {
    static const char* const number = std::getenv("WUXING_FAULT");
    static const int active = number ? std::atoi(number) : 0;
    return active;
}
