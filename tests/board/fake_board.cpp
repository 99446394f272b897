#include "fake_board.hpp"

#include <algorithm>

namespace wuxing::test {
namespace {

enum Status : std::uint8_t { kOk, kCorrupt, kLength, kUnknown, kSequence, kOverflow, kRefused };

/// The register of a CRC-16/X-25 after some bytes; 0xF0B8 behind a payload with its check sequence.
std::uint32_t remainder_of(const Stream& bytes) {
    std::uint32_t value = 0xFFFF;
    for (const std::uint8_t byte : bytes) {
        for (int bit = 0; bit < 8; ++bit) {
            const bool feedback = ((value ^ static_cast<std::uint32_t>(byte >> bit)) & 1) != 0;
            value >>= 1;
            if (feedback) value ^= 0x8408;
        }
    }
    return value;
}

std::uint32_t number(const Stream& bytes, std::size_t at, int size) {
    std::uint32_t value = 0;
    for (int k = size - 1; k >= 0; --k) value = value << 8 | bytes.at(at + static_cast<std::size_t>(k));
    return value;
}

void append(Stream& to, std::uint32_t value, int size) {
    for (int k = 0; k < size; ++k) to.push_back(static_cast<std::uint8_t>(value >> 8 * k));
}

}  // namespace

Stream Noise::pass(const Stream& bytes) {
    const auto happens = [this](double rate) {
        if (rate <= 0 || static_cast<double>(random_() & 0xFFFFFFFFu) >= rate * 4294967296.0) return false;
        ++faults_;
        return true;
    };
    Stream through;
    for (const std::uint8_t byte : bytes) {
        if (happens(drop_)) continue;
        through.push_back(happens(flip_) ? static_cast<std::uint8_t>(byte ^ 1u << random_() % 8) : byte);
    }
    return through;
}

FakeBoard::FakeBoard(const FakeCore& core, const FakeFaults& faults) : core_(core), faults_(faults) {
    const auto tiles = static_cast<std::size_t>(core.tiles), slots = static_cast<std::size_t>(core.slots);
    weights_.assign(tiles * static_cast<std::size_t>(core.weight_depth), 77);  // nothing is defined after a reset
    parameters_.assign(tiles * slots * 16, 3333);
    states_.assign(tiles * slots * 32, -5);
    reset();
}

void FakeBoard::reset() {
    raw_.clear();
    waiting_.clear();
    occupied_ = 0;
    next_ = 0;
    to_memory();
    network_.reset();
    registers_.assign(256, 0);
    registers_[0x06] = 8;
    registers_[0x08] = 4096;
    registers_[0x09] = static_cast<std::uint32_t>(-819);
    registers_[0x0A] = 1;
}

void FakeBoard::receive(const Stream& bytes) {
    for (const std::uint8_t byte : bytes) {
        if (byte != 0x7E) {
            raw_.push_back(byte);
            continue;
        }
        if (!raw_.empty()) end_frame();
        raw_.clear();
    }
}

void FakeBoard::end_frame() {
    Stream content;
    bool sound = raw_.back() != 0x7D;
    for (std::size_t k = 0; k < raw_.size(); ++k) {
        const bool escape = raw_[k] == 0x7D && k + 1 < raw_.size();
        content.push_back(escape ? static_cast<std::uint8_t>(raw_[++k] ^ 0x20) : raw_[k]);
    }
    sound = sound && content.size() >= 4 && remainder_of(content) == 0xF0B8;
    if (sound) content.resize(content.size() - 2);
    const int size = static_cast<int>(content.size()) + 4;
    const bool overflow = occupied_ + size > faults_.buffer;
    if (overflow) ++overflows_;
    if (overflow) content.clear();
    waiting_.push_back({content, sound, overflow});
    if (!overflow) occupied_ += size;
    most_waiting_ = std::max(most_waiting_, static_cast<int>(waiting_.size()));
}

bool FakeBoard::serve() {
    if (waiting_.empty()) return false;
    const Request request = waiting_.front();
    waiting_.pop_front();
    if (!request.overflow) occupied_ -= static_cast<int>(request.content.size()) + 4;
    if (served_ == faults_.reset_after) reset();
    const Stream payload = answer(request);
    if (faults_.silent_after < 0 || served_ < faults_.silent_after) {
        Stream framed = payload;
        append(framed, ~remainder_of(payload), 2);
        output_.push_back(0x7E);
        for (const std::uint8_t byte : framed) {
            if (byte == 0x7E || byte == 0x7D)
                output_.insert(output_.end(), {0x7D, static_cast<std::uint8_t>(byte ^ 0x20)});
            else
                output_.push_back(byte);
        }
        output_.push_back(0x7E);
    }
    ++served_;
    return true;
}

Stream FakeBoard::take_output() {
    Stream output;
    output.swap(output_);
    return output;
}

Stream FakeBoard::answer(const Request& request) {
    const auto reply = [this](std::uint8_t command, std::uint8_t sequence, const Stream& data, Status status) {
        Stream payload;
        for (const int byte : {command | 0x80, +sequence, +next_}) payload.push_back(static_cast<std::uint8_t>(byte));
        for (const std::uint8_t byte : data) payload.push_back(byte);
        payload.push_back(status);
        return payload;
    };
    if (request.overflow) return reply(0, 0, {}, kOverflow);
    if (!request.sound) return reply(0, 0, {}, kCorrupt);
    const std::uint8_t command = request.content[0], sequence = request.content[1];
    const Stream body(request.content.begin() + 2, request.content.end());
    if (command < 1 || command > 4) return reply(command, sequence, {}, kUnknown);
    const std::uint32_t address = body.size() >= 4 && command <= 3 ? number(body, 0, 4) & 0xFFFFFFF : 0;
    const int size = address >> 26 == 0 ? 4 : 2;
    const auto words = command == 3 && body.size() > 4 ? (body.size() - 4) / static_cast<std::size_t>(size) : 0;
    const bool good_length = command == 1   ? body.empty()
                             : command == 2 ? body.size() == 5 && body[4] != 0
                             : command == 3 ? words > 0 && 4 + words * static_cast<std::size_t>(size) == body.size()
                                            : body.size() >= 2 && body.size() % 2 == 0;
    if (!good_length) return reply(command, sequence, {}, kLength);
    if (command == 1) {
        return reply(command, sequence, {'W', 'U', 'X', faults_.link_version, static_cast<std::uint8_t>(faults_.buffer & 0xFF),
                                         static_cast<std::uint8_t>(faults_.buffer >> 8)}, kOk);
    }
    if (faults_.deaf) return reply(0, 0, {}, kCorrupt);
    if (served_ == faults_.other_program) next_ = static_cast<std::uint8_t>(next_ + 3);
    if (sequence != next_) return reply(command, sequence, {}, kSequence);
    ++next_;
    if (command == 2) {
        Stream data;
        bool refused = false;
        for (std::uint32_t k = 0; k < body[4]; ++k) {
            const auto value = bus_read(address + k);
            refused = refused || !value;
            append(data, value.value_or(0), size);
        }
        return reply(command, sequence, data, refused ? kRefused : kOk);
    }
    if (command == 3) {
        std::uint32_t written = 0;
        for (; written < words; ++written) {
            std::uint32_t value = number(body, 4 + written * static_cast<std::size_t>(size), size);
            if (!bus_write(address + written, value)) break;
        }
        if (faults_.wrong_count >= 0 && served_ >= faults_.wrong_count) ++written;
        return reply(command, sequence, {static_cast<std::uint8_t>(written)}, written < words ? kRefused : kOk);
    }
    Stream result = sample(static_cast<std::uint16_t>(number(body, 0, 2)), {body.begin() + 2, body.end()});
    if (faults_.short_result >= 0 && served_ >= faults_.short_result) result.pop_back();
    return reply(command, sequence, result, kOk);
}

std::optional<std::uint32_t> FakeBoard::bus_read(std::uint32_t address) {
    to_memory();
    if (address == faults_.refused) return std::nullopt;
    if (address >> 26 != 0) {
        const std::int16_t* word = memory(address);
        if (word == nullptr) return std::nullopt;
        return static_cast<std::uint32_t>(std::int32_t{*word});
    }
    const auto all = [](int value, int shift) { return static_cast<std::uint32_t>(value) << shift; };
    switch (address) {
        case 0x00:
            return faults_.id;
        case 0x01:
            return faults_.contract;
        case 0x02:
            return all(core_.tiles, 0) | all(core_.layers, 8) | all(core_.slots, 16);
        case 0x03:
            return all(core_.weight_depth, 0) | all(core_.index_bits, 24);
        case 0x0F:
            return all(core_.weight_bits, 0) | all(core_.learns_k ? 1 : 0, 8) | all(core_.recomputes ? 1 : 0, 9) |
                   all(1, 10);  // all counters
        case 0x0D:
            return all(samples(), 0);
        default:
            break;
    }
    const bool gain = address >= 0x11 && address <= 0x15;
    if (gain && !core_.learns_k) return std::nullopt;
    if (address <= 0x17) return registers_[address];
    const bool table = address >= 0x20 && address < 0x20 + 4 * static_cast<std::uint32_t>(core_.layers);
    if (!table || (address % 4 == 3 && !core_.recomputes)) return std::nullopt;
    return registers_[address];
}

/// The word of a memory, or nullptr for an address that there is not.
std::int16_t* FakeBoard::memory(std::uint32_t address) {
    const std::uint32_t region = address >> 26, tile = address >> 18 & 0xFF, rest = address & 0x3FFFF;
    const auto tiles = static_cast<std::uint32_t>(core_.tiles), slots = static_cast<std::uint32_t>(core_.slots);
    const auto depth = static_cast<std::uint32_t>(core_.weight_depth);
    if (tile >= tiles) return nullptr;
    if (region == 1) return core_.recomputes || rest >= depth ? nullptr : &weights_[tile * depth + rest];
    if (region == 2) return rest >> 4 >= slots || rest % 16 == 15 ? nullptr : &parameters_[tile * slots * 16 + rest];
    if (!core_.learns_k || rest >> 5 >= slots || rest % 32 == 15 || rest % 32 == 31) return nullptr;
    return &states_[tile * slots * 32 + rest];
}

bool FakeBoard::bus_write(std::uint32_t address, std::uint32_t data) {
    to_memory();
    if (address == faults_.refused_write) return false;
    if (address >> 26 == 0) return register_write(address, data);
    std::int16_t* word = memory(address);
    if (word == nullptr) return false;
    auto value = static_cast<std::int16_t>(data);
    if (address >> 26 == 1) {
        const int unused = 16 - core_.weight_bits;
        value = static_cast<std::int16_t>(static_cast<std::int16_t>(data << unused) >> unused);
    } else if (address >> 26 == 2) {
        constexpr std::int16_t kLow[] = {2048, 256, 256}, kHigh[] = {8192, 4096, 8192};
        const std::uint32_t set = address % 16 / 5;
        if (value < kLow[set] || value > kHigh[set]) return false;
    }
    *word = value;
    network_.reset();
    return true;
}

bool FakeBoard::register_write(std::uint32_t address, std::uint32_t data) {
    const bool gain = address >= 0x11 && address <= 0x15;
    if (gain && !core_.learns_k) return false;
    std::uint32_t low = 0, high = 0xFFFFFFFF;
    switch (address) {
        case 0x04:
            data = 0;
            break;
        case 0x05:
            high = static_cast<std::uint32_t>(core_.layers);
            for (std::uint32_t l = 0; l < std::min(data, high); ++l) {
                if (registers_[0x20 + 4 * l] == 0 || registers_[0x21 + 4 * l] == 0) return false;
            }
            break;
        case 0x06:
            low = 1, high = 15;
            break;
        case 0x07:
            high = core_.recomputes ? 0 : 32767;
            break;
        case 0x08:
        case 0x09:
            data = static_cast<std::uint32_t>(std::int32_t{static_cast<std::int16_t>(data)});
            break;
        case 0x0A:
            break;
        case 0x10:
            high = 1;
            break;
        case 0x11:
        case 0x12:
        case 0x13:
            high = 16383;
            break;
        case 0x14:
            high = 15;
            break;
        case 0x15:
            high = 7;
            break;
        case 0x16:
            for (const std::uint32_t side : {data & 0xFFFF, data >> 16}) {
                if (side < 1 || side > 32768) return false;
            }
            break;
        case 0x17:
            high = registers_[0x16] == 0 ? 0 : 7;
            break;
        default:
            return layer_register_write(address, data);
    }
    if (data < low || data > high) return false;
    registers_[address] = data;
    const bool of_network =
        address == 0x05 || address == 0x06 || address == 0x08 || address == 0x09 || address == 0x0A || address == 0x10;
    if (of_network) network_.reset();
    return true;
}

bool FakeBoard::layer_register_write(std::uint32_t address, std::uint32_t data) {
    if (address < 0x20 || address >= 0x20 + 4 * static_cast<std::uint32_t>(core_.layers)) return false;
    const std::uint32_t low_half = data & 0xFFFF, high_half = data >> 16;
    bool good = true;
    switch (address % 4) {
        case 0:
            good = low_half >= 1 && low_half <= 1u << core_.index_bits && high_half >= 1 &&
                   high_half <= static_cast<std::uint32_t>(core_.tiles * core_.slots);
            break;
        case 1:
            good = low_half >= 1 && low_half + high_half <= static_cast<std::uint32_t>(core_.slots);
            break;
        case 2:
            good = core_.recomputes || data < static_cast<std::uint32_t>(core_.weight_depth);
            break;
        default:
            good = core_.recomputes && data <= 15;
    }
    if (!good) return false;
    registers_[address] = data;
    network_.reset();
    return true;
}

/// visit(l, j, tile, slot, inputs, word of the first connection) over all neurons of the layer table.
template <typename Visit>
void FakeBoard::for_each_place(Visit visit) {
    for (std::uint32_t l = 0; l < registers_[0x05]; ++l) {
        const std::uint32_t size = registers_[0x20 + 4 * l], base = registers_[0x21 + 4 * l];
        const std::uint32_t inputs = size & 0xFFFF, tiles = static_cast<std::uint32_t>(core_.tiles);
        for (std::uint32_t j = 0; j < size >> 16; ++j) {
            visit(static_cast<int>(l), static_cast<int>(j), j % tiles, (base >> 16) + j / tiles, inputs,
                  registers_[0x22 + 4 * l] + j / tiles * inputs);
        }
    }
}

void FakeBoard::to_network() {
    if (network_) return;
    NetworkConfig config;
    config.sizes.assign(1, static_cast<int>(registers_[0x20] & 0xFFFF));
    for (std::uint32_t l = 0; l < registers_[0x05]; ++l)
        config.sizes.push_back(static_cast<int>(registers_[0x20 + 4 * l] >> 16));
    config.steps = static_cast<int>(registers_[0x06]);
    config.target_on = static_cast<std::int16_t>(registers_[0x08]);
    config.target_off = static_cast<std::int16_t>(registers_[0x09]);
    config.rounding = registers_[0x10] == 1 ? Rounding::nearest : Rounding::stochastic;
    config.weight_bits = core_.weight_bits;
    config.recomputed = core_.recomputes;
    network_.emplace(config);
    if (core_.recomputes) {
        for (int l = 0; l < config.layers(); ++l) {
            const std::size_t line = 0x20 + 4 * static_cast<std::size_t>(l);
            network_->set_connection(l, registers_[line + 2], static_cast<int>(registers_[line + 3]));
        }
    }
    for_each_place(
        [&](int l, int j, std::uint32_t tile, std::uint32_t slot, std::uint32_t inputs, std::uint32_t first) {
            const auto slots = static_cast<std::uint32_t>(core_.slots);
            for (std::uint32_t i = 0; i < inputs && !core_.recomputes; ++i) {
                network_->set_weight(l, static_cast<int>(i), j,
                                     weights_[tile * static_cast<std::uint32_t>(core_.weight_depth) + first + i]);
            }
            for (std::uint32_t k = 0; k < 15; ++k) {
                network_->set_parameter(l, j, static_cast<int>(k), parameters_[(tile * slots + slot) * 16 + k]);
                if (!core_.learns_k) continue;
                const std::size_t state = (tile * slots + slot) * 32 + k;
                network_->set_controller(l, j, static_cast<int>(k), states_[state], states_[state + 16]);
            }
        });
    network_->set_random_state(registers_[0x0A]);
}

void FakeBoard::to_memory() {
    if (!network_ || !network_ahead_) return;
    network_ahead_ = false;
    for_each_place(
        [&](int l, int j, std::uint32_t tile, std::uint32_t slot, std::uint32_t inputs, std::uint32_t first) {
            const auto slots = static_cast<std::uint32_t>(core_.slots);
            for (std::uint32_t i = 0; i < inputs && !core_.recomputes; ++i) {
                weights_[tile * static_cast<std::uint32_t>(core_.weight_depth) + first + i] =
                    network_->weight(l, static_cast<int>(i), j);
            }
            for (std::uint32_t k = 0; k < 15; ++k) {
                const auto index = static_cast<int>(k);
                parameters_[(tile * slots + slot) * 16 + k] = network_->parameter(l, j, index);
                const std::size_t state = (tile * slots + slot) * 32 + k;
                states_[state] = network_->integral(l, j, index);
                states_[state + 16] = network_->last_g1(l, j, index);
            }
        });
    registers_[0x0A] = network_->random_state();
}

Stream FakeBoard::sample(std::uint16_t label_word, const Stream& body) {
    const bool learn = (label_word & 0x8000) != 0;
    const auto label = static_cast<std::uint16_t>(label_word & 0x7FFF);
    PixelEvents events;
    int place = -1;
    for (std::size_t k = 0; k + 1 < body.size(); k += 2) {
        place += body[k] + 1;
        if (body[k + 1] != 0) events.push_back({static_cast<std::uint16_t>(place), body[k + 1]});
    }
    SampleResult result;
    result.error = SampleError::not_ready;
    if (registers_[0x05] != 0) {
        to_network();
        network_->set_frame({static_cast<int>(registers_[0x16] & 0xFFFF), static_cast<int>(registers_[0x16] >> 16),
                             static_cast<int>(registers_[0x17])});
        Learning learning(static_cast<int>(registers_[0x07]));
        const auto gain = [this](std::size_t at) { return static_cast<int>(registers_[at]); };
        if (core_.learns_k) learning.k = {gain(0x11), gain(0x12), gain(0x13), gain(0x14), registers_[0x15]};
        result = learn ? network_->train(events, label, learning) : network_->infer(events, label);
        network_ahead_ = true;
    }
    const int number_of_sample = samples();
    labels_.push_back(label);
    if (result.learned) ++registers_[0x0E];
    spoil_memories(number_of_sample);
    Stream data;
    append(data, result.predicted, 2);
    append(data, label, 2);
    append(data, static_cast<std::uint16_t>(result.displacement), 2);
    append(data, (result.learned ? 1u : 0u) | static_cast<std::uint32_t>(result.error) << 4, 2);
    if (number_of_sample == faults_.wrong_result) data[2 * static_cast<std::size_t>(faults_.wrong_field)] ^= 4;
    return data;
}

void FakeBoard::spoil_memories(int sample) {
    const auto due = [sample](int fault) { return fault == sample; };
    if (!due(faults_.wrong_weight) && !due(faults_.wrong_parameter) && !due(faults_.wrong_random)) return;
    to_memory();
    if (due(faults_.wrong_weight)) weights_[1 * static_cast<std::size_t>(core_.weight_depth) + 5] ^= 1;
    if (due(faults_.wrong_parameter)) parameters_[2 * static_cast<std::size_t>(core_.slots) * 16 + 3] ^= 1;
    if (due(faults_.wrong_random)) registers_[0x0A] ^= 0x100;
    network_.reset();
}

}  // namespace wuxing::test
