; SPDX-License-Identifier: MIT
bits 64
        cli                     ; refuse: NASM files are scanned and never
