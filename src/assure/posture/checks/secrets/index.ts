// The functions of the family `secrets`. Never a value is shown.
import type { Looks } from "../../check.ts";
import { committedLooks } from "./committed.ts";
import { homeLooks } from "./home.ts";
import { keepingLooks } from "./keeping.ts";
import { repositoryLooks } from "./repository.ts";
import { settingsLooks } from "./settings.ts";

/** Functions of the family `secrets`. */
export const secretsLooks: Looks = {
  ...settingsLooks,
  ...repositoryLooks,
  ...committedLooks,
  ...homeLooks,
  ...keepingLooks,
};
