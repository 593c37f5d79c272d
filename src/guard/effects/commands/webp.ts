// cwebp, dwebp and the other tools of libwebp: pictures into WebP and back.
import type { CommandModel } from "../model/command-model.ts";
import { fileProgram } from "../projects/file-program.ts";

/** What takes two numbers or four leaves the others standing as names of files, which costs nothing. */
export const webp: CommandModel = fileProgram({
  names: ["cwebp", "dwebp", "gif2webp", "img2webp", "webpinfo", "anim_dump"],
  operands: "inputs",
  outputs: "-o -d -folder",
  choices:
    "-q -alpha_q -preset -z -m -segments -size -psnr -s -sns -f -sharpness -partition_limit -pass -qrange -crop -resize -map -alpha_method -alpha_filter -blend_alpha -near_lossless -hint -metadata -pre -scale -dither -kmin -kmax -loop -prefix",
  flags:
    "-min_size -h -help -H -longhelp -strong -nostrong -sharp_yuv -mt -low_memory -print_psnr -print_ssim -print_lsim -exact -noalpha -lossless -lossy -mixed -short -quiet -version -noasm -v -progress -jpeg_like -af -pam -ppm -bmp -tiff -pgm -yuv -nofancy -nofilter -nodither -flip -alpha -alpha_dither -incremental -loop_compatibility -summary -bitstream_info -diag",
});
