#!/usr/bin/env bash
# echarts 6.1.0: an empty list as axisLabel.padding (no padding, as a program that fills it in would write) leaves all labels
# of that axis out of the SVG, without a warning. 0, or a list with numbers, draws them.
# Seen: "padding 0: 2 labels, padding [0,0,0,0]: 2 labels, padding []: 0 labels".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --silent --no-audit --no-fund echarts@6.1.0 > /dev/null
cat > run.mjs <<'JS'
import * as echarts from 'echarts';

function labels(padding) {
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width: 300, height: 150 });
  chart.setOption({ animation: false, xAxis: { type: 'category', data: ['Mar', 'Apr'], axisLabel: { padding } }, yAxis: {}, series: [{ type: 'bar', data: [1, 2] }] });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return `padding ${JSON.stringify(padding)}: ${['Mar', 'Apr'].filter((month) => svg.includes(`>${month}<`)).length} labels`;
}
console.log([0, [0, 0, 0, 0], []].map(labels).join(', '));
JS
seen=$(node run.mjs)
echo "$seen"
[[ $seen == 'padding 0: 2 labels, padding [0,0,0,0]: 2 labels, padding []: 0 labels' ]]
