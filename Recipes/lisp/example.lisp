(defun share (total heads) (/ total heads))
(print (share 10 0))
