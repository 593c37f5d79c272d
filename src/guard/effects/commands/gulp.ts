// gulp, grunt, mage and others whose tasks are programs of the project.
import { projectProgram } from "../projects/project-program.ts";

export const gulp = projectProgram({ names: ["gulp", "grunt", "jake", "mage", "doit", "wireit"] });
