// id and groups: who one is.
import { type CommandModel } from "../command-model.ts";
import { reporter } from "../filter.ts";
import { flags } from "../option-list.ts";

export const id: CommandModel = reporter(["id", "groups"], {
  style: flags(
    "-a -Z --context -g --group -G --groups -n --name -p -P -r --real -u --user -z --zero",
  ),
});
