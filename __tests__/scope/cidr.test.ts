import { addressRange, overlap } from "../../lib/scope/cidr";

test("a block reaches from its first to its last address, whatever host bits are set", () => {
  expect(addressRange("10.0.0.0/8")).toEqual({ first: 167772160, last: 184549375 });
  expect(addressRange("10.1.2.3/31")).toEqual({ first: 167838210, last: 167838211 });
  expect(addressRange("0.0.0.0/0")).toEqual({ first: 0, last: 4294967295 });
});

test("neighbours do not overlap; blocks inside each other do, either way round", () => {
  expect(overlap("10.10.0.0/16", "10.11.0.0/16")).toBe(false);
  expect(overlap("10.0.0.0/9", "10.128.0.0/9")).toBe(false);
  expect(overlap("10.0.0.0/8", "10.20.0.0/16")).toBe(true);
  expect(overlap("10.20.0.0/16", "10.0.0.0/8")).toBe(true);
  expect(overlap("10.10.0.0/16", "10.10.0.0/16")).toBe(true);
});

test.each(["10.0.0.0", "10.0.0/8", "256.0.0.0/8", "10.0.0.0/33", "fd00::/8", ""])(
  "fails to read %p as an IPv4 block",
  (text) => {
    expect(addressRange(text)).toBeUndefined();
    expect(overlap(text, "0.0.0.0/0")).toBe(false);
  },
);
