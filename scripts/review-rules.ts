import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { rulesDocument } from "../review/rules-document";

// Makes docs/review-rules.md from the rules.
writeFileSync(join(__dirname, "..", "docs", "review-rules.md"), rulesDocument());
