#!/usr/bin/env node
// The program `sallyport` from its sources. What was built begins in `bundled.ts`.
import { runProgram } from "./program.ts";

await runProgram(process.argv.slice(2));
