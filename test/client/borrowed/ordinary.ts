// What people do every day in the same ways as the cases: it goes on without a question, or with the one that it had.
import type { BorrowedCase } from "./borrowed-case.ts";

export const ordinaryOfBorrowed: readonly BorrowedCase[] = [];
