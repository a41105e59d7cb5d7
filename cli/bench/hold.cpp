// The hold model (Jones 1986): take the earliest of N pending events, add an increment to its time, put it
// back. No component logic, no statistics: what is left of a simulator when everything but the pending-event
// set is taken away, so it bounds from below what an event can cost on this machine.
//
//   hold EVENTS PENDING < quantiles
//
// `quantiles`: evenly spaced quantiles of the increment, ns, one number a line; increments are drawn from
// them, linear in between. Prints one JSON object: ns per event and the sum of all event times by variant.
// The sums must agree: every variant sees the same events.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <queue>
#include <vector>

namespace {

using Time = std::int64_t;

struct Event {
  Time time;
  std::uint32_t id;
};

struct Later {
  bool operator()(const Event& a, const Event& b) const { return a.time > b.time; }
};

// SplitMix64 (Steele, Lea, Flood 2014): one multiplication chain a draw.
struct Random {
  std::uint64_t state = 42;
  std::uint64_t next() {
    std::uint64_t z = (state += 0x9e3779b97f4a7c15ull);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
    return z ^ (z >> 31);
  }
};

class Increments {
 public:
  explicit Increments(std::vector<double> quantiles) : quantiles_(std::move(quantiles)) {}
  Time draw(Random& random) const {
    const double at = static_cast<double>(random.next() >> 11) * 0x1p-53 * (quantiles_.size() - 1);
    const auto i = static_cast<std::size_t>(at);
    const double value = quantiles_[i] + (quantiles_[i + 1] - quantiles_[i]) * (at - i);
    return std::max<Time>(1, static_cast<Time>(value));
  }
  double mean() const {
    double sum = -0.5 * (quantiles_.front() + quantiles_.back());
    for (const double q : quantiles_) sum += q;
    return sum / (quantiles_.size() - 1);
  }

 private:
  std::vector<double> quantiles_;
};

class BinaryHeap {
 public:
  BinaryHeap(std::size_t, double) {}
  void push(Event event) { heap_.push(event); }
  Event pop() {
    const Event top = heap_.top();
    heap_.pop();
    return top;
  }

 private:
  std::priority_queue<Event, std::vector<Event>, Later> heap_;
};

class QuaternaryHeap {
 public:
  QuaternaryHeap(std::size_t pending, double) { heap_.reserve(pending + 1); }
  void push(Event event) {
    std::size_t at = heap_.size();
    heap_.push_back(event);
    while (at > 0) {
      const std::size_t parent = (at - 1) / 4;
      if (heap_[parent].time <= event.time) break;
      heap_[at] = heap_[parent];
      at = parent;
    }
    heap_[at] = event;
  }
  Event pop() {
    const Event top = heap_.front();
    const Event last = heap_.back();
    heap_.pop_back();
    const std::size_t size = heap_.size();
    if (size == 0) return top;
    std::size_t at = 0;
    for (;;) {
      const std::size_t first = 4 * at + 1;
      if (first >= size) break;
      std::size_t least = first;
      const std::size_t end = std::min(first + 4, size);
      for (std::size_t child = first + 1; child < end; child++)
        if (heap_[child].time < heap_[least].time) least = child;
      if (last.time <= heap_[least].time) break;
      heap_[at] = heap_[least];
      at = least;
    }
    heap_[at] = last;
    return top;
  }

 private:
  std::vector<Event> heap_;
};

// Unsorted bins, sorted when opened; what lies beyond the wheel waits in a heap.
class TimingWheel {
 public:
  TimingWheel(std::size_t pending, double meanIncrement)
      : next_(pending), times_(pending), bins_(size, none), occupied_(size / 64), summary_(size / 4096) {
    // Two events a bin: the optimum is flat around it.
    while ((Time{2} << shift_) * static_cast<double>(pending) < 4 * meanIncrement) shift_++;
  }
  void push(Event event) {
    const std::int64_t bin = event.time >> shift_;
    if (bin <= open_) {
      insert(event);
    } else if (bin < open_ + static_cast<std::int64_t>(size)) {
      link(event, bin);
    } else {
      far_.push(event);
    }
  }
  Event pop() {
    if (position_ == sorted_.size()) openNext();
    return sorted_[position_++];
  }

 private:
  static constexpr std::size_t size = 1 << 16;
  static constexpr std::uint32_t none = 0xffffffff;

  void link(Event event, std::int64_t bin) {
    const std::size_t slot = static_cast<std::size_t>(bin) & (size - 1);
    times_[event.id] = event.time;
    next_[event.id] = bins_[slot];
    bins_[slot] = event.id;
    occupied_[slot >> 6] |= 1ull << (slot & 63);
    summary_[slot >> 12] |= 1ull << ((slot >> 6) & 63);
  }
  void insert(Event event) {
    std::size_t at = sorted_.size();
    sorted_.push_back(event);
    while (at > position_ && sorted_[at - 1].time > event.time) {
      sorted_[at] = sorted_[at - 1];
      at--;
    }
    sorted_[at] = event;
  }
  void openNext() {
    sorted_.clear();
    position_ = 0;
    std::int64_t bin = nextOccupied();
    if (bin < 0 || (!far_.empty() && (far_.top().time >> shift_) < bin)) bin = far_.top().time >> shift_;
    open_ = bin;
    const std::size_t slot = static_cast<std::size_t>(bin) & (size - 1);
    for (std::uint32_t id = bins_[slot]; id != none; id = next_[id]) insert({times_[id], id});
    bins_[slot] = none;
    if ((occupied_[slot >> 6] &= ~(1ull << (slot & 63))) == 0)
      summary_[slot >> 12] &= ~(1ull << ((slot >> 6) & 63));
    while (!far_.empty() && (far_.top().time >> shift_) < open_ + static_cast<std::int64_t>(size)) {
      const Event event = far_.top();
      far_.pop();
      push(event);
    }
  }
  // Absolute number of the first occupied bin after the open one, -1 when the wheel is empty.
  std::int64_t nextOccupied() const {
    const std::size_t start = static_cast<std::size_t>(open_ + 1) & (size - 1);
    const std::uint64_t rest = occupied_[start >> 6] >> (start & 63);
    if (rest != 0) return open_ + 1 + __builtin_ctzll(rest);
    const std::size_t words = size / 64;
    std::size_t word = ((start >> 6) + 1) & (words - 1);
    for (std::size_t passed = 0; passed <= words;) {
      const std::uint64_t groups = summary_[word >> 6] >> (word & 63);
      if (groups != 0) {
        const std::size_t skip = __builtin_ctzll(groups);
        const std::size_t at = (word + skip) & (words - 1);
        const std::size_t slot = at * 64 + __builtin_ctzll(occupied_[at]);
        return open_ + 1 + static_cast<std::int64_t>((slot - start) & (size - 1));
      }
      const std::size_t skip = 64 - (word & 63);
      passed += skip;
      word = (word + skip) & (words - 1);
    }
    return -1;
  }

  int shift_ = 0;
  std::vector<std::uint32_t> next_;
  std::vector<Time> times_;
  std::vector<std::uint32_t> bins_;
  std::vector<std::uint64_t> occupied_;
  std::vector<std::uint64_t> summary_;
  std::int64_t open_ = -1;
  std::vector<Event> sorted_;
  std::size_t position_ = 0;
  std::priority_queue<Event, std::vector<Event>, Later> far_;
};

struct Outcome {
  double nsPerEvent;
  std::uint64_t sumOfTimes;
};

template <class Pending>
Outcome hold(std::uint64_t events, std::size_t count, const Increments& increments) {
  Random random;
  Pending pending(count, increments.mean());
  for (std::size_t id = 0; id < count; id++)
    pending.push({increments.draw(random), static_cast<std::uint32_t>(id)});
  std::uint64_t sum = 0;
  const auto run = [&](std::uint64_t howMany) {
    for (std::uint64_t i = 0; i < howMany; i++) {
      Event event = pending.pop();
      sum += static_cast<std::uint64_t>(event.time);
      event.time += increments.draw(random);
      pending.push(event);
    }
  };
  // The starting times are not those of a running simulation; let them mix first.
  run(10 * count);
  const auto start = std::chrono::steady_clock::now();
  run(events);
  const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - start;
  return {took.count() / static_cast<double>(events), sum};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: hold EVENTS PENDING < quantiles\n");
    return 2;
  }
  const std::uint64_t events = std::strtoull(argv[1], nullptr, 10);
  const std::size_t pending = std::strtoull(argv[2], nullptr, 10);
  std::vector<double> quantiles;
  for (double value; std::scanf("%lf", &value) == 1;) quantiles.push_back(value);
  if (events == 0 || pending == 0 || quantiles.size() < 2) {
    std::fprintf(stderr, "EVENTS and PENDING must be above 0, and there must be two quantiles or more\n");
    return 2;
  }
  const Increments increments(std::move(quantiles));
  const Outcome wheel = hold<TimingWheel>(events, pending, increments);
  const Outcome quaternary = hold<QuaternaryHeap>(events, pending, increments);
  const Outcome binary = hold<BinaryHeap>(events, pending, increments);
  const char* format = "\"%s\": {\"nsPerEvent\": %.3f, \"sumOfTimes\": \"%llu\"}";
  const auto print = [&](const char* name, const Outcome& outcome, const char* separator) {
    std::printf(format, name, outcome.nsPerEvent, static_cast<unsigned long long>(outcome.sumOfTimes));
    std::printf("%s", separator);
  };
  std::printf("{");
  print("timing wheel", wheel, ", ");
  print("4-ary heap", quaternary, ", ");
  print("std::priority_queue", binary, "}\n");
}
