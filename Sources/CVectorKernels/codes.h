#pragma once

// How codes lie in memory, as cvk_encode writes and the scan reads them: byte i of a row of n bytes holds
// the codes of numbers i, n + i, 2 n + i and 3 n + i, two bits each, the first in the lowest. Of coarse
// codes sixteen rows lie together, four bytes of each in turn: a line. So each lane of a register adds up
// one row, and no sums have to be gathered across lanes.
enum { planes = 4, rows_at_once = 16, word = 4, line_bytes = rows_at_once * word };
