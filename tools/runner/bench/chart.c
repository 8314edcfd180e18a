// SPDX-License-Identifier: MIT
// Results as a bar chart, one bar a row and platform. Costs span four powers
// of ten, so the scale is logarithmic; each bar has its figure beside it.
#include <math.h>

#include "runner/bench/bench.h"

#define LEFT    330 /* where bars begin */
#define DECADE  110 /* the width of a power of ten */
#define LOWEST  1   /* the scale begins at 10^1 */
#define HIGHEST 6
#define BAR     11 /* the height of a bar */
#define GAP     7  /* between rows */
#define TOP     44
#define WIDTH   (LEFT + (HIGHEST - LOWEST) * DECADE + 60)

static const char *const colours[MAX_COLUMNS] = { "#2a6f97", "#e09f3e" };

static double place(long value)
{
    double x = (log10((double)value) - LOWEST) * DECADE;

    return x < 1 ? 1 : x;
}

/* Rows that the scale is made for: operations, not a whole boot. */
static bool in_chart(const struct results *results, int row)
{
    return has_row(results, row) && operations[row].section != SECTION_kib &&
           row != ROW_boot;
}

/* Labels repeat: which section's is it? */
static const char *section_mark(int row)
{
    static const char *const names[SECTION_COUNT] = {
#define SECTION(name, what, unit, head) #name,
#include "runner/bench/sections.def"
#undef SECTION
    };
    enum section section = operations[row].section;

    return section == SECTION_alone ? "" : names[section];
}

static void draw_scale(int bottom, FILE *out)
{
    for (int power = LOWEST; power <= HIGHEST; power++) {
        int x = LEFT + (power - LOWEST) * DECADE;

        fprintf(out,
                "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" "
                "stroke=\"#ddd\"/>\n"
                "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%.0f</text>\n",
                x, TOP - 6, x, bottom, x, TOP - 10, pow(10, power));
    }
}

static void draw_legend(const struct results *results, FILE *out)
{
    for (unsigned i = 0; i < results->count; i++)
        fprintf(out,
                "<rect x=\"%u\" y=\"8\" width=\"11\" height=\"11\" "
                "fill=\"%s\"/>\n<text x=\"%u\" y=\"18\">%s</text>\n",
                10 + i * 110, colours[i], 26 + i * 110,
                results->columns[i].name);
    fprintf(out, "<text x=\"%d\" y=\"18\">instructions an operation</text>\n",
            LEFT);
}

void print_svg(const struct results *results, FILE *out)
{
    int row_height = (int)results->count * BAR + GAP, rows = 0, y = TOP;

    for (int row = 0; row < ROW_COUNT; row++)
        rows += in_chart(results, row);
    fprintf(out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" "
            "height=\"%d\" font-family=\"sans-serif\" font-size=\"11\">\n"
            "<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n",
            WIDTH, TOP + rows * row_height + 10);
    draw_scale(TOP + rows * row_height, out);
    draw_legend(results, out);
    for (int row = 0; row < ROW_COUNT; row++) {
        if (!in_chart(results, row))
            continue;
        fprintf(out,
                "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s%s%s</text>\n",
                LEFT - 8, y + ((int)results->count * BAR) / 2 + 4,
                section_mark(row), *section_mark(row) ? ": " : "",
                operations[row].label);
        for (unsigned i = 0; i < results->count; i++, y += BAR) {
            long value = results->columns[i].values[row];

            fprintf(out,
                    "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" "
                    "fill=\"%s\"/>\n"
                    "<text x=\"%.1f\" y=\"%d\" font-size=\"9\">%ld</text>\n",
                    LEFT, y, place(value), BAR - 1, colours[i],
                    LEFT + place(value) + 4, y + BAR - 2, value);
        }
        y += GAP;
    }
    fprintf(out, "</svg>\n");
}
