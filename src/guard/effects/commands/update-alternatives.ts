// update-alternatives: which of several programs stands behind a name for everybody.
import { literal } from "../../shell/text.ts";
import { writes } from "../command-model.ts";
import { toldByWords } from "../told-by-words.ts";

const LOOKS = /^(--(display|list|query|get-selections)|-\S+ --display)(\s+\S+)*$/;

export const updateAlternatives = toldByWords({
  looks: { "update-alternatives": LOOKS, alternatives: LOOKS },
  otherwise: () => [writes(literal("/etc/alternatives"), "change", { reach: "tree" })],
});
