// gulp, grunt, mage and others whose tasks are programs of the project.
import { projectProgram } from "../project-program.ts";

export const gulp = projectProgram({ names: ["gulp", "grunt", "jake", "mage", "doit", "wireit"] });
