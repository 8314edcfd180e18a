/* SPDX-License-Identifier: MIT */
/* Formatted text into a buffer, cut off at its end; returns the length. */
#ifndef CONFORM_TEXT_H
#define CONFORM_TEXT_H

#include <stdarg.h>

unsigned int format_text(char *buffer, unsigned int size, const char *format,
                         va_list args);

#endif
