#!/usr/bin/env python3
"""Draws the result of bench/run-scale.py --json as an SVG: seconds over hosts, both logarithmic.

    bench/plot-run-scale.py bench/results/run-scale.json docs/run-scale.svg
"""
import html, json, math, sys

colours = {"peak": "#0969da", "pdsh": "#bf8700", "pdsh | dshbak -c": "#bf8700", "clush": "#cf222e"}
width, height, left, bottom, gap = 380, 300, 56, 46, 24


def main():
    source, target = sys.argv[1:]
    with open(source) as file:
        data = json.load(file)
    names = [name for name in dict.fromkeys(r["work"] for r in data["results"]) if sum(r["work"] == name for r in data["results"]) > 1]
    parts = [panel(name, [r for r in data["results"] if r["work"] == name], i * (width + gap)) for i, name in enumerate(names)]
    total = len(names) * (width + gap) - gap
    with open(target, "w") as file:
        file.write(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {total} {height + 24}" width="{total}" height="{height + 24}" font-family="sans-serif" font-size="12">\n')
        file.write('<rect width="100%" height="100%" fill="#ffffff"/>\n' + "".join(parts))
        note = f'{data["machine"]}, {data["date"]}, load {data["load"]} while measuring'
        file.write(f'<text x="{left}" y="{height + 16}" fill="#57606a" font-size="11">{html.escape(note)}</text>\n</svg>\n')


def panel(name, results, offset):
    hosts = [r["hosts"] for r in results]
    seconds = [c["seconds"] for r in results for c in r["contenders"].values()]
    x0, x1 = math.log10(min(hosts)), math.log10(max(hosts))
    y0, y1 = math.floor(math.log10(min(seconds))), math.ceil(math.log10(max(seconds)))

    def x(value):
        return offset + left + (math.log10(value) - x0) / (x1 - x0) * (width - left - 70)

    def y(value):
        return height - bottom - (math.log10(value) - y0) / (y1 - y0) * (height - bottom - 36)

    out = [f'<text x="{offset + left}" y="20" font-weight="bold">{html.escape(name)}</text>\n']
    for power in range(y0, y1 + 1):
        out.append(f'<line x1="{x(min(hosts)):.1f}" x2="{x(max(hosts)):.1f}" y1="{y(10 ** power):.1f}" y2="{y(10 ** power):.1f}" stroke="#d0d7de"/>\n')
        out.append(f'<text x="{x(min(hosts)) - 6:.1f}" y="{y(10 ** power) + 4:.1f}" text-anchor="end">{10 ** power:g} s</text>\n')
    for count in hosts:
        out.append(f'<text x="{x(count):.1f}" y="{height - bottom + 18}" text-anchor="middle">{count}</text>\n')
    out.append(f'<text x="{x(math.sqrt(min(hosts) * max(hosts))):.1f}" y="{height - bottom + 34}" text-anchor="middle">hosts</text>\n')
    for contender in results[0]["contenders"]:
        points = [(x(r["hosts"]), y(r["contenders"][contender]["seconds"])) for r in results]
        colour = colours.get(contender, "#57606a")
        out.append(f'<polyline fill="none" stroke="{colour}" stroke-width="2" points="{" ".join(f"{a:.1f},{b:.1f}" for a, b in points)}"/>\n')
        out += [f'<circle cx="{a:.1f}" cy="{b:.1f}" r="3" fill="{colour}"/>\n' for a, b in points]
        out.append(f'<text x="{points[-1][0] + 6:.1f}" y="{points[-1][1] + 4:.1f}" fill="{colour}">{html.escape(contender.split(" ")[0])}</text>\n')
    return "".join(out)


main()
