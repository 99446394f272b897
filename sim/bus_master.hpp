// The host's bus as transactions.
#pragma once

#include <tlm_utils/simple_initiator_socket.h>

#include <systemc>

#include "host.hpp"

namespace wuxing::sim {

/// To be used from SystemC threads only.
class BusMaster : public sc_core::sc_module, public Bus {
public:
    tlm_utils::simple_initiator_socket<BusMaster> socket;

    explicit BusMaster(const sc_core::sc_module_name& name) : sc_module(name), socket("socket") {}

    std::optional<std::uint32_t> read(std::uint32_t address) override {
        std::uint32_t data = 0;
        if (!access(tlm::TLM_READ_COMMAND, address, data)) return std::nullopt;
        return data;
    }
    bool write(std::uint32_t address, std::uint32_t data) override { return access(tlm::TLM_WRITE_COMMAND, address, data); }

private:
    bool access(tlm::tlm_command command, std::uint32_t address, std::uint32_t& data) {
        payload_.set_command(command);
        payload_.set_address(std::uint64_t{address} * sizeof data);
        payload_.set_data_ptr(reinterpret_cast<unsigned char*>(&data));
        payload_.set_data_length(sizeof data);
        payload_.set_streaming_width(sizeof data);
        payload_.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
        sc_core::sc_time delay;
        socket->b_transport(payload_, delay);
        return payload_.is_response_ok();
    }

    tlm::tlm_generic_payload payload_;
};

}  // namespace wuxing::sim
