package logfile

// lendRow lends the row of a query's result that was parsed from object: one
// with its cells in an array, or with its columns as keys.
func (r *jsonReader) lendRow(object []byte) bool {
	r.text = r.text[:0]
	if cells := r.item.values[cellsField]; cells != nil {
		r.setCells(cells)
		return r.row.lend(r.lender, r.line+1)
	}
	for i := 1; ; {
		key, at, e := nextMember(object, i)
		if key == nil || e != isWhole {
			return r.row.lend(r.lender, r.line+1)
		}
		i, _ = valueEnd(object, at) // it was parsed
		r.setColumn(key, object[at:i])
	}
}

// rowArray lends the row that the array at pos is.
func (r *jsonReader) rowArray() bool {
	n, e := valueEnd(r.rest(), 0)
	for e == isShort && !r.full() {
		r.more()
		n, e = valueEnd(r.rest(), 0)
	}
	switch {
	case e == isBroken, e == isShort && r.eof:
		r.broken(n)
		return true
	case e != isWhole:
		r.passOver()
		return true
	}
	end := r.pos + n
	r.text = r.text[:0]
	more := true
	if r.setCells(r.rest()[:n]) {
		more = r.row.lend(r.lender, r.line+1)
	}
	r.skip(end)
	return more
}

// setCells gives the row the cells in an array of {"field": …, "value": …}. It
// reports whether there was one.
func (r *jsonReader) setCells(array []byte) (found bool) {
	var cell item
	for i := 1; ; {
		i = skipSeparators(array, i)
		if array[i] != '{' {
			return found
		}
		n, e := cell.parse(array[i:], true)
		if e != isWhole || cell.part != unknownField {
			return found
		}
		i += n
		if name := content(cell.values[nameField]); name != nil && cell.has(valueField) {
			r.setColumn(name, cell.values[valueField])
			found = true
		}
	}
}

// setColumn gives the row one value.
func (r *jsonReader) setColumn(name, value []byte) {
	text := value // numbers and objects as they are written
	switch {
	case string(value) == "null":
		return
	case value[0] == '"':
		from := len(r.text)
		r.text = appendUnescaped(r.text, content(value))
		text = r.text[from:]
	}
	r.row.set(name, text)
}
