// The core as a bench sees it: ports sampled once a cycle, no simulator (docs/core.md, "Ports").
#pragma once

#include <bitset>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "contract.hpp"

namespace wuxing::sim {

/// Most tiles of a core.
constexpr int kMostTiles = 128;

/// What the bench drives in one cycle.
struct CoreInputs {
    bool reset = false;
    bool wb_request = false;  ///< wb_cyc_i and wb_stb_i
    bool wb_write = false;
    std::uint32_t wb_address = 0;  ///< word address
    std::uint32_t wb_data = 0;
    bool sample_valid = false;
    bool sample_last = false;
    std::uint32_t sample_data = 0;
    bool result_ready = false;
};

/// What the core shows in one cycle. Nothing here depends on the inputs of the same cycle.
struct CoreOutputs {
    bool wb_ack = false;
    bool wb_err = false;
    std::uint32_t wb_data = 0;
    bool sample_ready = false;
    bool result_valid = false;
    std::uint64_t result_data = 0;
    std::bitset<kMostTiles> observed;  ///< obs_valid_o: lanes with a record in this cycle
    std::uint8_t phase = 0;            ///< obs_phase_o
};

constexpr int kPhases = 8;
/// "idle", "receive", "multiply_accumulate", ... in the order of obs_phase_o; "any" of kAnyPhase.
const char* phase_name(int phase);
constexpr int kPhaseIdle = 0, kPhaseReceive = 1, kPhaseResult = 7;
constexpr int kAnyPhase = kPhases;  ///< none of obs_phase_o: every one but idle

constexpr int kResultLane = -1;

/// A record with where and when it was seen.
struct Observation {
    EventRecord record;
    std::uint64_t cycle;
    std::uint32_t address;  ///< of a weight_write or parameter_write, else 0
    int lane;               ///< tile, or kResultLane
};

/// Memories of a tile's neurons: 8 words a slot of which the first five are E, 16 of which 15 are K.
enum class NeuronMemory { state, parameters };

/// A core that is stepped cycle by cycle. outputs() are those of the current cycle; tick() ends it with the given inputs.
class Core {
public:
    virtual ~Core() = default;

    const CoreOutputs& outputs() const { return outputs_; }
    /// The record that lane shows in this cycle; only meaningful if its bit in outputs().observed is set.
    virtual EventRecord record(int lane) const = 0;
    /// obs_addr_o of a lane.
    virtual std::uint32_t address(int lane) const = 0;
    virtual void tick(const CoreInputs& inputs) = 0;

    /// upset() is possible (open_memories.vlt).
    virtual bool memories_open() const = 0;
    /// Turns a bit of a memory word over, past all ports, before the next cycle.
    virtual void upset(NeuronMemory memory, int tile, std::uint32_t word, int bit) = 0;

    /// Everything from here to close_waves() goes into an FST file. Throws SetupError if it cannot be written.
    virtual void open_waves(const std::string& path) = 0;
    virtual void close_waves() = 0;

protected:
    CoreOutputs outputs_;
};

/// Nanoseconds of one clock cycle in waves and in SystemC time.
constexpr int kCycleNanoseconds = 10;

/// Names of the built parameter sets, the default one first.
std::vector<std::string> core_names();
constexpr const char* kDefaultCore = "tiles4";

/// A core of the named parameter set whose undefined start values are drawn from `start_seed` (0: all zero).
/// Throws SetupError for an unknown name.
std::unique_ptr<Core> make_core(const std::string& name, std::uint32_t start_seed);

}  // namespace wuxing::sim
