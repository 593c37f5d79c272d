// cap, mina and kamal: a Ruby project is brought to its servers.
import { rakeProgram } from "../projects/ruby-tasks.ts";
import { effect } from "../model/verbs.ts";

/** Words with which nothing is sent to a server. */
const LOOKS = /^(?:version|help|docs|init|install|config|details|doctor)$/;

export const cap = rakeProgram({
  names: ["cap", "mina", "kamal"],
  files: ["Capfile", "capfile"],
  more: ({ name, words }) => {
    const [first = "", second = ""] = words;
    if (first === "" || LOOKS.test(first)) return [];
    const operation = name === "cap" && second !== "" ? second : first;
    return [effect<"deploy">({ kind: "deploy", system: "the project's servers", operation })];
  },
});
