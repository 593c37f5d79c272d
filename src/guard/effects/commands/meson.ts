// meson: builds that the project describes; what it knows of them is shown without running anything.
import { literal } from "../../shell/values/text.ts";
import { writes } from "../model/consequences.ts";
import { optionValues } from "../model/option-list.ts";
import { operandsOf, projectProgram } from "../projects/project-program.ts";

export const meson = projectProgram({
  names: ["meson", "muon"],
  isReadOnly: ({ words }) => {
    const [verb, second] = operandsOf(words);
    return (
      (verb === "introspect" && !words.includes("--buildoptions-from-source")) ||
      verb === "help" ||
      (verb === "configure" && second === undefined && words.length === 1) ||
      (verb === "wrap" && /^(?:list|search|info|status)$/.test(second ?? ""))
    );
  },
  more: ({ args, words }) => {
    const [verb, ...rest] = operandsOf(words);
    if (verb === "setup" && rest.length > 0)
      return [writes(literal(rest[0] ?? ""), "create", { reach: "tree" })];
    if (verb !== "install") return [];
    const named = optionValues(args, "--destdir");
    return (named.length > 0 ? named : [literal("/usr/local")]).map((path) =>
      writes(path, "create", { reach: "tree" }),
    );
  },
});
