// update-alternatives: which of several programs stands behind a name for everybody.
import { literal } from "../../shell/values/text.ts";
import { writes } from "../model/consequences.ts";
import { classifiedBySubcommand } from "../model/classify-by-subcommand.ts";

const LOOKS = /^(--(display|list|query|get-selections)|-\S+ --display)(\s+\S+)*$/;

export const updateAlternatives = classifiedBySubcommand({
  readOnly: { "update-alternatives": LOOKS, alternatives: LOOKS },
  otherwise: () => [writes(literal("/etc/alternatives"), "change", { reach: "tree" })],
});
