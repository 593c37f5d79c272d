// tclsh and wish: run code from a file or the input; its calls are looked for.
import { oneLiner } from "../languages/one-liner.ts";
import { sighted } from "../languages/sighted.ts";

export const tclsh = oneLiner({
  names: ["tclsh", "tclsh8.6", "tclsh9.0", "wish", "jimsh"],
  language: sighted("Tcl code"),
  code: "-e",
  values: "-encoding",
  about: "--version",
});
