// All cases of borrowed authority, by their families.
import type { BorrowedCase } from "./borrowed-case.ts";
import { gitElsewhereCases } from "./cases/git-elsewhere.ts";
import { gitStateCases } from "./cases/git-state.ts";
import { hostCases } from "./cases/hosts.ts";
import { inSettingsCases } from "./cases/in-settings.ts";
import { leftInFilesCases } from "./cases/left-in-files.ts";
import { loopbackCases } from "./cases/loopback.ts";
import { personCases } from "./cases/of-the-person.ts";
import { otherProgramCases } from "./cases/other-programs.ts";
import { sentAndLeftCases } from "./cases/sent-and-left.ts";
import { stepCases } from "./cases/steps.ts";

export const allBorrowed: readonly BorrowedCase[] = [
  ...gitStateCases,
  ...otherProgramCases,
  ...hostCases,
  ...loopbackCases,
  ...stepCases,
  ...sentAndLeftCases,
  ...gitElsewhereCases,
  ...personCases,
  ...leftInFilesCases,
  ...inSettingsCases,
];
