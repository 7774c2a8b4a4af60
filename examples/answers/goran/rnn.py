# Nothing answered: the notebook as it was released.


