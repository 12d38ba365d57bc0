use proptest::prelude::*;

use super::*;
use crate::Csr;

/// Columns on both sides of what two bytes hold, counts on both sides of what one byte does.
const WIDTHS: [usize; 3] = [9, 1 << 16, (1 << 16) + 1];

fn entries(row: CountRow<'_>) -> Vec<(u32, u32)> {
    row.iter().collect()
}

#[test]
fn rows_are_sorted_with_their_large_counts() {
    let m = CountMatrix::new(2, 4, vec![0, 3, 4], vec![3, 0, 1, 0], vec![70_000, 255, 1, 254]).unwrap();
    assert_eq!(entries(m.row(0)), [(0, 255), (1, 1), (3, 70_000)]);
    assert_eq!(entries(m.row(1)), [(0, 254)]);
    assert_eq!([m.get(0, 3), m.get(0, 0), m.get(1, 0), m.get(1, 1)], [Some(70_000), Some(255), Some(254), None]);
    assert_eq!((m.row(0).total(), m.largest()), (70_256, 70_000));
    assert_eq!(CountMatrix::new(1, 3, vec![0, 1], vec![2], vec![7]).unwrap().largest(), 7);
}

#[test]
fn columns_are_as_wide_as_the_matrix_needs() {
    for n_cols in WIDTHS {
        let last = n_cols as u32 - 1;
        let m = CountMatrix::new(1, n_cols, vec![0, 2], vec![last, 2], vec![5, 300]).unwrap();
        assert_eq!(matches!(m.columns, CountColumns::Narrow(_)), n_cols <= 65_536, "{n_cols}");
        assert_eq!(entries(m.row(0)), [(2, 300), (last, 5)]);
        assert_eq!(m.get(0, 70_000), None);
        // Built entry by entry it is the same, and so is what is selected of it.
        let mut built = CountBuilder::new(n_cols);
        m.row(0).for_each(|column, count| built.push(column, count));
        built.end_row();
        assert_eq!(built.finish().unwrap(), m);
        assert_eq!(m.select_rows(&[0]), m);
        assert_eq!(m.select_block(&[0], &[2]), CountMatrix::new(1, 1, vec![0, 1], vec![0], vec![300]).unwrap());
    }
}

#[test]
fn columns_widen_for_one_that_is_out_of_bounds() {
    let mut columns = CountColumns::with_capacity(9, 2);
    columns.push(8);
    let mut changed = CountColumns::zeros(9, 1);
    changed.set(0, 70_000);
    columns.append(&changed);
    columns.push(70_001);
    assert_eq!(columns, CountColumns::Wide(vec![8, 70_000, 70_001]));
    let values: CountValues = [1, 2, 3].into_iter().collect();
    assert_eq!(
        CountMatrix::from_parts(2, 9, vec![0, 1, 3], columns, values),
        Err(CsrError::Column { row: 1, column: 70_001, n_cols: 9 })
    );
}

#[test]
fn marks_and_large_counts_must_agree() {
    assert_eq!(
        CountValues::from_parts(vec![255, 3, 255], vec![900]),
        Err(CsrError::LargeCounts { marked: 2, found: 1 })
    );
    let (mut small, mut large) = ([9; 4], Vec::new());
    CountValues::split(&[254, 255, 0, 256], &mut small, &mut large);
    let values = CountValues::from_parts(small.to_vec(), large).unwrap();
    assert_eq!(values.iter().collect::<Vec<_>>(), [254, 255, 0, 256]);
    assert_eq!((values.n_zeros(), values.has_zero()), (1, true));
}

#[test]
fn the_highest_counts_are_found_without_putting_all_in_order() {
    let mut stream = crate::Seed(8).stream("test.highest", 0);
    // From rows of ones to rows of large counts; most counts occur more than once.
    for most in [1, 2, 7, 254, 255, 256, 300, 5000] {
        for length in [0, 1, 49, 50, 51, 300, 700] {
            let values: Vec<u32> = (0..length).map(|_| stream.below(most + 1) as u32).collect();
            let m = CountMatrix::new(1, length, vec![0, length as u64], (0..length as u32).collect(), values.clone());
            let m = m.unwrap();
            let mut falling = values.clone();
            falling.sort_unstable_by(|a, b| b.cmp(a));
            for n in [0, 1, 50, 299, 300, 1000] {
                let expected: u64 = falling.iter().take(n).map(|&v| u64::from(v)).sum();
                assert_eq!(m.row(0).sum_of_highest(n), expected, "{n} of {length} up to {most}");
            }
            assert_eq!(m.row(0).n_detected(), values.iter().filter(|&&v| v > 0).count());
        }
    }
}

#[test]
fn wanted_columns_come_with_their_counts() {
    for n_cols in WIDTHS {
        // 256 columns are looked at together: a row of three times as many, with large counts wanted and not.
        let columns: Vec<u32> = (0..n_cols.min(800) as u32).collect();
        let values = columns.iter().map(|c| if c % 5 == 0 { 1000 + c } else { c % 3 });
        let m = CountMatrix::new(1, n_cols, vec![0, columns.len() as u64], columns.clone(), values.collect()).unwrap();
        for every in [1, 2, 3, 7, 255, 256, 900] {
            let wanted: Vec<bool> = (0..n_cols).map(|c| c % every == every / 2).collect();
            let mut found = Vec::new();
            m.row(0).for_each_in(&wanted, |column, count| found.push((column, count)));
            let expected: Vec<(u32, u32)> = m.row(0).iter().filter(|e| wanted[e.0 as usize]).collect();
            assert_eq!(found, expected, "{n_cols}, {every}");
        }
    }
}

fn count() -> impl Strategy<Value = u32> {
    prop_oneof![0_u32..4, 250_u32..260, any::<u32>()]
}

proptest! {
    /// Whatever the arrays: the same matrix, or the same refusal, as with four bytes for each column and each count.
    #[test]
    fn agrees_with_plain_arrays(
        (lengths, n_cols) in (prop::collection::vec(0_u64..6, 0..6), prop::sample::select(vec![5_usize, 65_536, 65_540])),
        seed in prop::collection::vec((0_u32..8, count(), 0_u8..40), 40),
        broken in 0_usize..60,
    ) {
        let mut indptr = vec![0_u64];
        for n in &lengths {
            indptr.push(indptr.last().unwrap() + n);
        }
        let n = *indptr.last().unwrap() as usize;
        if let Some(pointer) = indptr.get_mut(broken) {
            *pointer += 1;
        }
        let indices: Vec<u32> = seed[..n].iter().map(|s| if s.2 == 0 { s.0 + 65_535 } else { s.0 }).collect();
        let values: Vec<u32> = seed[..n].iter().map(|s| s.1).collect();
        let plain = Csr::new(lengths.len(), n_cols, indptr.clone(), indices.clone(), values.clone());
        let compact = CountMatrix::new(lengths.len(), n_cols, indptr, indices, values);
        match (plain, compact) {
            (Ok(plain), Ok(compact)) => {
                prop_assert_eq!(compact.to_arrays(), (plain.parts().0.to_vec(), plain.parts().1.to_vec(), plain.parts().2.to_vec()));
                for row in 0..plain.n_rows() {
                    let mut seen = Vec::new();
                    compact.row(row).for_each(|column, count| seen.push((column, count)));
                    let mut one_by_one = Vec::new();
                    for entry in compact.row(row) {
                        one_by_one.push(entry);
                    }
                    prop_assert_eq!(&seen, &one_by_one);
                    prop_assert_eq!(compact.row(row).total(), seen.iter().map(|e| u64::from(e.1)).sum::<u64>());
                    for column in 0..9 {
                        prop_assert_eq!(compact.get(row, column), plain.get(row, column));
                    }
                }
                let rows: Vec<usize> = (0..plain.n_rows()).rev().collect();
                let (a, b) = (compact.select_block(&rows, &[1, 3]), plain.select_block(&rows, &[1, 3]));
                prop_assert_eq!(a.to_arrays().1, b.parts().1.to_vec());
                prop_assert_eq!(a.to_arrays().2, b.parts().2.to_vec());
                let (a, b) = (compact.select_rows(&rows), plain.select_rows(&rows));
                prop_assert_eq!(a.to_arrays().2, b.parts().2.to_vec());
            }
            (Err(plain), Err(compact)) => prop_assert_eq!(plain, compact),
            (plain, compact) => prop_assert!(false, "{plain:?} {compact:?}"),
        }
    }
}

#[test]
fn a_selection_is_the_same_however_the_rows_come() {
    let n = 2 * PASS_ROWS + 100;
    let mut all = CountBuilder::new(50);
    for row in 0..n as u32 {
        (0..50)
            .filter(|column| (row * 7 + column * 13) % 5 == 0)
            .for_each(|column| all.push(column, row % 400 + column));
        all.end_row();
    }
    let all = all.finish().unwrap();
    let rows: Vec<bool> = (0..n).map(|row| row % 3 != 1).collect();
    let columns = vec![0, 7, 8, 30, 49];
    let wanted: Vec<usize> = (0..n).filter(|&row| rows[row]).collect();
    let direct = all.select_block(&wanted, &columns);
    assert!(direct.nnz() > 1_000 && direct.largest() > 255);
    for ends in [vec![n], vec![PASS_ROWS, n], vec![PASS_ROWS, 2 * PASS_ROWS, n]] {
        let (mut pass, mut first) = (Selection::new(&rows, columns.clone()), 0);
        for end in ends {
            pass.take(first, &all.select_rows(&(first..end).collect::<Vec<_>>()));
            first = end;
        }
        assert_eq!(pass.finish(), direct);
    }
}
