// The words that a hook of git starts this program with, so that it is found in a year too.
import { type Directories, prepareDirectories } from "../../foundation/files/directories.ts";
import { ensureProgram, haveShims, runningProgram, shimsIn } from "../program/in-force.ts";
import { ownCommand } from "../../foundation/product/own-command.ts";

/** The shim, which outlives caches and versions, where there can be one. Nothing is written. */
export function launchWords(places: Directories): readonly string[] {
  const isPlaced = runningProgram().kind === "built" || haveShims(places);
  return isPlaced ? [shimsIn(places).command] : ownCommand();
}

/** The same words; the shim is put in force where it is not. */
export function launchOf(places: Directories): readonly string[] {
  const running = runningProgram();
  if (running.kind === "built" && !haveShims(places)) {
    ensureProgram(prepareDirectories(places.root), running);
  }
  return launchWords(places);
}
