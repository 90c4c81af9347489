import { scramVerifier } from "../../../runbook/postgres/scram";

test("a verifier is the one of RFC 5802's keys, as PostgreSQL writes it", () => {
  // RFC 7677, section 3: user "user", password "pencil", this salt and 4096 iterations; the server's signature of that
  // exchange is checked there against a server key, which these are the base of.
  const salt = Buffer.from("W22ZaJ0SNY7soEsUEjb6gQ==", "base64");
  expect(scramVerifier("pencil", salt)).toBe(
    "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=",
  );
});
