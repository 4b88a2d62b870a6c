// Package intake reads a survey file as people really have it and turns its
// rows into callback.Intake values.
//
// A file goes through four steps, each visible to the person who imports it:
//
//   - [Open] finds out what the file is: encoding, delimiter, header rows. It
//     reads the file once from end to end, so that a broken quote, a cell
//     without end or a date order that cannot be told are found before the
//     first row is sent, and so that the number of rows is known.
//   - [Guess] says which column feeds which [Field], by name and by content,
//     how sure it is, and why. What it cannot tell it asks (Mapping.Questions)
//     instead of guessing. [ParseMap] reads a person's corrections.
//   - [File.Rows] streams the rows. Each row read is either an Intake or a
//     [Reject] with row number, column and reason; none is dropped, and
//     memory does not grow with the file.
//   - [RejectWriter] writes the rejects as a CSV that can be repaired and
//     imported again.
//
// # What is believed and what is not
//
// A score is an integer 0–10 in one of the forms that [ParseScore] lists.
// Everything else in a score cell rejects its row: nothing is rounded,
// clamped or picked out of a sentence. A survey tool's own categories are
// ignored, since the category is always computed from the score. A row whose
// score is blank is accepted if it asks for a call or has a comment, and
// rejected with "nothing to record" otherwise. Lines whose cells are all
// empty are not rows; they are counted apart.
//
// A row's identity is its id column, else a hash over its cells that does not
// depend on encoding, delimiter or spacing; importing a file twice therefore
// names each row the same both times. Two rows with one id are both handed
// on: the server knows duplicates from late comments.
//
// # Text
//
// Bytes that an encoding leaves undefined never fail a file. NUL is dropped;
// other control characters are left to the server, which cleans all text. An
// apostrophe before = + - @ is the mark that spreadsheets and our own reject
// files put there against formulas, and is taken off again.
package intake
