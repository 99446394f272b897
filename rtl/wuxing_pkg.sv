// Constants, enumerations and control bundles shared by the core. Numbers: docs/contract.md and docs/core.md.
package wuxing_pkg;

  parameter int ContractVersion = 2;
  parameter int One = 4096;          // 1.0 in Q3.12
  parameter int ElementMax = 16383;  // top of the range of E

  // F: fraction bits of a connection of WeightW bits. All else that depends on the width follows from it.
  function automatic int weight_fraction(int width);
    weight_fraction = width == 16 ? 13 : width == 12 ? 11 : 8;
  endfunction
  parameter int StepFraction = 32;                         // fraction bits of x g
  parameter logic [31:0] TurnUnit = 32'h9E37_79B9;         // floor(2^32 / golden ratio); T is its upper 32 - F bits

  // Element n places after k on the ring. Written as places, not as a sum: three gates deep at most, no carry.
  function automatic logic [2:0] ring_plus(input logic [2:0] k, input int n);
    ring_plus = k;
    for (int i = 0; i < n; i++) begin
      unique case (ring_plus)
        3'd0:    ring_plus = 3'd1;
        3'd1:    ring_plus = 3'd2;
        3'd2:    ring_plus = 3'd3;
        3'd3:    ring_plus = 3'd4;
        default: ring_plus = 3'd0;
      endcase
    end
  endfunction

  // v < limit, a constant: gates instead of a carry chain.
  function automatic logic below(input logic [31:0] v, input logic [31:0] limit);
    below = 1'b0;
    for (int i = 0; i < 32; i++) below = limit[i] ? !v[i] || below : !v[i] && below;
  endfunction

  // What the core is doing, as seen on obs_phase_o.
  typedef enum logic [2:0] {
    PhaseIdle,
    PhaseReceive,
    PhaseMac,
    PhaseForward,
    PhaseBackward,
    PhaseErrorSum,
    PhaseUpdate,
    PhaseResult
  } phase_e;

  // Kinds of observed records (obs_kind_o).
  typedef enum logic [2:0] {
    ObsDrive,
    ObsNeuron,
    ObsBackward,
    ObsWeight,
    ObsParameter
  } obs_e;

  // Codes of malformed samples.
  typedef enum logic [3:0] {
    SampleOk,
    SampleBadIndex,
    SampleBadOrder,
    SampleBadLabel,
    SampleNotReady
  } sample_e;

  // Words of a neuron's state record: E[0..4], then these.
  parameter logic [2:0] WordBackward = 3'd5;  // b[0]
  parameter logic [2:0] WordError = 3'd6;     // e
  parameter logic [2:0] WordStep = 3'd7;      // g = eta b[0]

  // Which record of the state memory is meant. Two lie behind those of the slots and serve the neuron in work.
  typedef enum logic [1:0] {
    RecordSlot,       // of the present slot
    RecordPredictor,  // P[0..4]
    RecordBackward    // b[0..4]
  } record_e;

  // One line of the layer table.
  typedef struct packed {
    logic [15:0] inputs;
    logic [15:0] outputs;
    logic [15:0] slots;        // ceil(outputs / Tiles)
    logic [15:0] slot_base;
    logic [17:0] weight_base;  // stored connections
    logic [31:0] key;          // recomputed connections
    logic [3:0]  scale;
    logic        last;         // the output layer
  } layer_t;

  // What passes over connections: multiply-accumulate, error sums, update.
  typedef enum logic [1:0] {
    PassMac,       // a = C, b = x
    PassErrorSum,  // a = C, b = b[0]
    PassUpdate     // a = g, b = x
  } pass_e;

  // Sequencer to every tile. Stages count from the address of the connection memory (1).
  typedef struct packed {
    logic        slot_first;    // stand on slot 0 of the layer
    logic        slot_next;     // stand on the next slot
    logic        slot_scan;     // step to the nearest live slot from here
    logic        exact;         // work on every slot (forward), not only on live ones
    pass_e       pass;
    logic        weight_read;   // stage 1
    logic        load;          // stage 2: operands into the multiplier
    logic        acc_add;       // stage 4 of PassMac and PassErrorSum
    logic        sum_first;     // stage 4 of PassErrorSum: first slot of an input
    logic        weight_write;  // stage 4 of PassUpdate
    logic        acc_clear;
    logic        drive_load;    // u from the accumulator
    logic        error_load;    // e from the state record
    logic        step_load;     // g from the state record
    logic        open_load;     // is element 0 clamped? from the state record
    logic [2:0]  state_word;    // word read from the state record while no neuron runs
  } walk_t;

  // Neuron sequencer to every tile; see wuxing_neuron_ctl.
  typedef struct packed {
    logic        run;           // a neuron is being integrated
    logic        backward;
    // address stage
    logic        param_scratch;
    logic [3:0]  param_word;
    record_e     state_record;
    logic [2:0]  state_word;
    logic [3:0]  ring_word;
    // operand stage
    logic        load;
    logic        a_held;        // a = held word, else parameter memory
    logic        b_start;       // b = E or b at the start, else state memory
    logic        b_eta;         // b = eta
    logic        k3_load;
    // product stage
    logic        acc_add;
    logic        acc_sub;
    logic        acc_first;     // start from a rounding half and ...
    logic        acc_drive;     // the drive (u or e)
    logic        acc_k3;        // K3
    // sum stage
    logic        held_load;     // g from the sum (loss rate)
    logic        held_state;    // b[0] from the state record
    logic        scratch_write; // t, c from the sum
    logic [3:0]  scratch_word;
    // ring stage
    logic        flag_load;     // clamped? of the element just read
    logic        slope;         // the sum is an element's derivative
    logic        value;         // the cycle after: its P or E' or b'
    logic        corrector;     // with both
    logic        last_step;     // with value: of the last step
    logic [2:0]  element;       // with both
    record_e     value_record;  // where a value goes in the state memory
    logic [2:0]  value_word;
    logic        ring_start;    // the base of element start_element is set to its start
    logic [2:0]  start_element;
    // tail
    logic        tail_first;    // forward: b[0] = 0, record made
    logic        tail_second;   // forward: g = 0
    logic        tail_step;     // backward: g stored, record made
  } neuron_t;

  // Adjustment of a neuron's K, to every tile; see wuxing_pid_ctl.
  typedef struct packed {
    logic        run;           // K is being adjusted
    logic [1:0]  k_set;         // of the parameter in work: K1, K2, K3
    logic [3:0]  word;          // its number, 0..14
    logic [3:0]  read_word;     // word read from the parameter and S memories
    logic [2:0]  state_word;    // word read from the state record
    logic [3:0]  ring_word;     // word read from the ring's memory
    logic [3:0]  leak;
    logic [13:0] gain;          // of the term
    // operand stage
    logic        load;
    logic        signal;        // operands of a G1, else of a term
    logic [1:0]  term;          // P G1, D D', I S'
    // product stage
    logic        product_load;  // m
    logic        signal_load;   // G1
    logic        negate;        // the product, before it is rounded
    logic        change_load;   // D'
    logic        mean_load;     // S', a cycle later
    logic        acc_first;     // start from K and the threshold
    logic        acc_add;
    // end of a parameter
    logic        write;         // K, S', G1 written, record made
  } adjust_t;

endpackage
