import { readTtl } from "../../../runbook/status/dns-ttl";
import { isLow, ttlReadiness } from "../../../runbook/status/ttl-readiness";
import { nameServer } from "./name-server";

test("B1: the zone's servers and resolvers are asked for the TTL of the name itself, not of what it leads to", async () => {
  const [zone, resolver] = await Promise.all([nameServer(300), nameServer(42)]);
  try {
    const servers = { zone: [zone.address], resolvers: [resolver.address] };
    expect(await readTtl("shop.example.com", servers)).toEqual({
      name: "shop.example.com",
      zone: [{ server: zone.address, seconds: 300 }],
      resolvers: [{ server: resolver.address, seconds: 42 }],
    });
  } finally {
    zone.socket.close();
    resolver.socket.close();
  }
});

describe("B1: a TTL is ready once it has been low for 48 hours", () => {
  const now = new Date("2026-01-10T00:00:00Z");
  const found = (seconds?: number) => ({
    name: "shop.example.com",
    zone: seconds === undefined ? [] : [{ server: "192.0.2.1", seconds }],
    resolvers: [{ server: "192.0.2.2", seconds: 20 }],
  });

  test.each([
    [300, undefined, false, /300 s, expected at most 60; deploy the cutover stack with lower_ttl=true/],
    [60, undefined, false, /48 h of it have passed at 2026-01-12T00:00:00.000Z/],
    [60, new Date("2026-01-09T00:00:00Z"), false, /have passed at 2026-01-11T00:00:00.000Z/],
    [60, new Date("2026-01-07T00:00:00Z"), true, /^60 s, seen first at 2026-01-07/],
    [undefined, undefined, false, /cannot be asked from here; resolvers keep it for up to 20 s more/],
  ])("%j s, low since %j: %j", (seconds, since, ready, meaning) => {
    expect(ttlReadiness(found(seconds), since, now)).toEqual({
      ready,
      meaning: expect.stringMatching(meaning) as string,
    });
    expect(isLow(found(seconds))).toBe(seconds === 60);
  });
});
