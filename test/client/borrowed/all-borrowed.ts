// All cases.
import type { BorrowedCase } from "./borrowed-case.ts";
import { gitStateCases } from "./cases/git-state.ts";

export const allBorrowed: readonly BorrowedCase[] = [...gitStateCases];
