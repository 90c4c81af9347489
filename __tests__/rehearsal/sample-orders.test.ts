import { ordersAmong } from "../../rehearsal/sample-orders";

test("the sample storefront takes the one database that it knows", () => {
  expect(ordersAmong({ orders: 1 })).toBe(1);
});

test.each([
  [{}, "databases: none"],
  [{ shop: 1 }, "databases: shop"],
  [{ orders: 1, billing: 2 }, "databases: orders, billing"],
])("fails on a workload that the sample cannot play, and says what it found: %j", (databases, found) => {
  expect(() => ordersAmong(databases)).toThrow(found);
});
