import { openShifts } from "../../rehearsal/shifts";

test("tells when each task ran, and of one that still does until now", () => {
  let now = 100;
  const shifts = openShifts(() => now);
  const endFirst = shifts.begin();
  now = 150;
  shifts.begin();
  now = 200;
  endFirst();
  now = 300;
  endFirst();
  expect(shifts.all()).toEqual([
    { from: 100, until: 200 },
    { from: 150, until: 300 },
  ]);
});
